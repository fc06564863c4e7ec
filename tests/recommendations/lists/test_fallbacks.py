"""Lists of products when little is known: of the shopper, of what is asked for, or by the model."""

import uuid

import pytest
from django.db import DatabaseError

from recommendations.lists.intents.registry import INTENTS, RECENTLY_VIEWED, SIMILAR, TRENDING
from recommendations.shoppers import profiles
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import ids, publish
from tests.recommendations.shopping import SHOPPER, for_you, recommend

pytestmark = pytest.mark.django_db


def test_without_a_model_popular_products_are_shown(products):
    found = for_you(limit=3)

    assert found.model_version is None
    assert found.fallback_used is True
    assert ids(found.items) == [products[number].pk for number in (7, 6, 5)]
    assert {item.reasons[0].code for item in found.items} == {"rated"}


def test_a_stranger_gets_popular_products_and_it_says_so(products, published):
    for shopper in (uuid.uuid4(), None):
        found = for_you(shopper, limit=4)
        assert found.fallback_used is True
        assert found.items[0].product == products[7]
        assert [item.product.category for item in found.items].count(products[7].category) == 2


@pytest.mark.parametrize("has_model", [True, False])
@pytest.mark.parametrize("intent", list(INTENTS.values()))
def test_unknown_ids_are_answered_with_popular_products(intent, has_model, products):
    if has_model:
        publish(products)
    found = recommend(shopper_id=uuid.uuid4(), intent=intent, product_id=uuid.uuid4(), basket=[uuid.uuid4()], limit=3)

    if intent is RECENTLY_VIEWED:
        assert (found.items, found.fallback_used) == ([], False)
    elif intent is TRENDING and has_model:
        assert len(found.items) == 3
    else:
        assert found.fallback_used is True
        assert len(found.items) == 3


@pytest.mark.parametrize("has_model", [True, False])
def test_an_unknown_category_is_answered_with_the_whole_shop_an_empty_one_with_nothing(has_model, products):
    if has_model:
        publish(products)
    empty = CategoryFactory()

    unknown = for_you(category_id=uuid.uuid4(), limit=3)

    assert (len(unknown.items), unknown.fallback_used) == (3, True)
    assert for_you(category_id=empty.pk, limit=3).items == []
    filled = ProductFactory(category=empty)
    assert ids(for_you(category_id=empty.pk, limit=3).items) == [filled.pk]


@pytest.mark.parametrize("has_model", [True, False])
def test_a_category_keeps_to_itself_and_what_is_below_it(has_model, products):
    below = ProductFactory(category=CategoryFactory(parent=products[0].category), rating_sum=5, rating_count=1)
    if has_model:
        publish([*products, below])

    found = for_you(category_id=products[0].category_id, limit=20)

    assert set(ids(found.items)) == {below.pk, *(products[number].pk for number in (0, 2, 4, 6))}


@pytest.mark.parametrize("has_model", [True, False])
def test_an_empty_or_exhausted_catalogue_gives_an_empty_list(has_model, products):
    if has_model:
        publish(products)
    Product.objects.update(stock=0)
    for intent in INTENTS.values():
        assert recommend(shopper_id=SHOPPER, intent=intent, product_id=products[0].pk).items == []


def test_one_single_product(category):
    only = ProductFactory(category=category)
    publish([only])

    assert ids(for_you().items) == [only.pk]
    assert recommend(shopper_id=SHOPPER, intent=SIMILAR, product_id=only.pk).items == []


def test_the_behaviour_database_may_be_away(products, published, monkeypatch, caplog):
    for_you()

    def away(*_, **__):
        raise DatabaseError("gone")

    monkeypatch.setattr(profiles, "_read", away)

    found = for_you(limit=3)

    assert len(found.items) == 3
    assert "served as strangers" in caplog.text
