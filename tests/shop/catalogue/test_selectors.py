"""Categories by id."""

import uuid

from shop.catalogue.selectors import categories_of, is_category
from tests.factories import CategoryFactory


def test_categories_come_in_the_order_of_the_ids_and_missing_ones_are_left_out(db, django_assert_num_queries):
    first, second = CategoryFactory(), CategoryFactory()

    with django_assert_num_queries(1):
        assert categories_of([second.pk, uuid.uuid4(), first.pk]) == [second, first]
    assert categories_of([]) == []


def test_a_category_is_there_or_not(category):
    assert is_category(category.pk)
    assert not is_category(uuid.uuid4())
