"""Suggestions while somebody types."""

import pytest

from shop.search.suggestions import MOST_CATEGORIES, MOST_PRODUCTS, Suggestions, suggestions
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    lamps = CategoryFactory(name="Desk lamps")
    return [ProductFactory(title=f"Brass lamp {n}", category=lamps, rating_sum=n, rating_count=n) for n in range(9)]


def test_products_and_categories_that_fit_the_beginning(shelf):
    found = suggestions(" brass  LAM ")

    assert [product.title for product in found.products] == [f"Brass lamp {n}" for n in range(8, 2, -1)]
    assert len(found.products) == MOST_PRODUCTS
    assert found.corrected == ""


def test_a_category_is_found_by_any_of_its_words_the_uppermost_first(shelf):
    top = CategoryFactory(name="Lamps")
    for number in range(4):
        CategoryFactory(name=f"Lamp {number}", parent=top)

    found = suggestions("lam")

    assert [category.name for category in found.categories] == ["Desk lamps", "Lamps", "Lamp 0"]
    assert len(found.categories) == MOST_CATEGORIES


@pytest.mark.parametrize("typed", ["", " ", "l", "zeppelin"])
def test_too_little_or_nothing(shelf, typed):
    assert suggestions(typed) == Suggestions()
    assert not suggestions(typed)


def test_a_slip_is_corrected(shelf):
    found = suggestions("brass lmap")

    assert found.corrected == "brass lamp"
    assert len(found.products) == MOST_PRODUCTS


def test_hidden_products_are_not_suggested():
    ProductFactory(title="Lamp", is_published=False)

    assert suggestions("lamp") == Suggestions()


@pytest.mark.parametrize("count", [1, 20])
def test_three_queries(count, django_assert_num_queries):
    ProductFactory.create_batch(count, title="Lamp")

    with django_assert_num_queries(3):
        suggestions("lam")


def test_of_very_many_that_fit_the_most_popular_are_suggested(shelf, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("shop.search.suggestions.MOST_RANKED", 5)

    with django_assert_num_queries(3):
        found = suggestions("la")

    ratings = [product.rating_sum for product in found.products]
    assert len(found.products) == MOST_PRODUCTS
    assert ratings == sorted(ratings, reverse=True)
