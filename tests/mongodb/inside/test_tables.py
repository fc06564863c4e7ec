"""Tables that `migrate` creates on MongoDB, and those it leaves alone."""

from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, connections
from django.db.models import Model

from recommendations.behaviour.models import Interaction

pytestmark = [pytest.mark.mongodb, pytest.mark.django_db]

MODELS = list(apps.get_app_config("recommendations").get_models())


def indexes_of(model: type[Model]) -> dict[str, Any]:
    """Return each index of the model's collection, as the server tells it."""
    connection: Any = connections["behaviour"]
    return connection.get_collection(model._meta.db_table).index_information()


def own_tables() -> set[str]:
    return {model._meta.db_table for model in MODELS}


def test_each_model_has_a_collection_and_the_shop_has_none_there():
    there = set(connections["behaviour"].introspection.table_names())

    assert there == own_tables() | {"django_migrations"}
    assert own_tables().isdisjoint(connection.introspection.table_names())


def test_the_log_is_indexed():
    assert {name: index["key"] for name, index in indexes_of(Interaction).items()} == {
        "_id_": [("_id", 1)],
        "recommendations_interaction_key": [("id", 1)],
        "interaction_by_shopper": [("shopper_id", 1), ("occurred_at", -1)],
        "interaction_by_arrival": [("recorded_at", 1)],
        "interaction_by_product": [("product_id", 1), ("kind", 1)],
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_key_has_one_index_that_the_planner_uses(model):
    """A partial index would be passed over by a query that does not repeat its condition."""
    of_key = [index for index in indexes_of(model).values() if index["key"] == [(model._meta.pk.column, 1)]]
    assert [index.get("unique") for index in of_key] == [True]
    assert "partialFilterExpression" not in of_key[0]


def test_migrating_again_changes_nothing(capsys):
    call_command("migrate", database="behaviour")

    assert "No migrations to apply." in capsys.readouterr().out


def test_the_system_check_is_content(capsys):
    call_command("check", databases=["default", "behaviour"], fail_level="WARNING")

    assert "no issues" in capsys.readouterr().out
