"""Keys on SQL are left as they are; tests/mongodb/inside/test_tables.py sees what MongoDB gets."""

import pytest
from django.apps import apps

from config.databases.mongodb_keys import index_keys


@pytest.mark.django_db
def test_sql_is_left_alone(django_assert_num_queries):
    with django_assert_num_queries(0):
        index_keys(sender=apps.get_app_config("recommendations"), using="default")
