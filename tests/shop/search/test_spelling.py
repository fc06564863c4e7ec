"""Corrections of words that find nothing; tests/postgresql runs the same file on PostgreSQL."""

import pytest

from shop.search import corrected, search_products
from shop.search.spelling import one_edit_away
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    kitchen = CategoryFactory(name="Kitchen")
    ProductFactory(title="Steel kettle", brand="Halden", category=kitchen)
    ProductFactory.create_batch(3, title="Brass lamp", category=CategoryFactory(name="Lights"))
    ProductFactory(title="Toy lamb", category=CategoryFactory(name="Toys"), description="A fluffy zebrra")
    ProductFactory(title="Watering can", keywords="gardening, sprinkler", category=kitchen)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kettel", "kettle"),  # swapped
        ("ketle", "kettle"),  # left out
        ("kettlle", "kettle"),  # put in
        ("kattle", "kettle"),  # changed
        ("Kettel", "kettle"),
        ("steel kettel", "steel kettle"),
        ("stel kettel", "steel kettle"),
        ("haldne", "halden"),  # a brand
        ("kitchne", "kitchen"),  # a category
        ("sprinklre", "sprinkler"),  # a keyword
        ("lamo", "lamp"),  # more products than "lamb"
        ("wateriing", "watering"),
        ("sprincler kittchen", "sprinkler kitchen"),
        ("sprinkelrs", "sprinkler"),  # two slips, the same beginning
    ],
)
def test_a_slip_is_seen_through(shelf, typed, meant):
    assert list(search_products(typed)) == []
    assert corrected(typed) == meant


@pytest.mark.parametrize(
    "typed", ["kettle", "lamps", "steel lamp", "zeppelin", "xq", "", "!?", "12345", "kettle zeppelin", "ke", "x" * 200]
)
def test_known_words_and_far_ones_are_left_alone(shelf, typed):
    assert corrected(typed) is None


def test_descriptions_teach_no_spelling(shelf):
    assert corrected("zebra") is None


def test_hidden_products_teach_no_words():
    ProductFactory(title="Kettle", is_published=False)

    assert corrected("kettel") is None


@pytest.mark.parametrize("typed", ["it's", "a' | b", '"kettel"', "kettel:*", "ket\\tel", "k‌ettel", "Ⅳ", "日本語"])
def test_any_text_is_safe(shelf, typed):
    corrected(typed)


def test_one_slip_is_one_letter():
    found = one_edit_away("ab")

    assert {"a", "b", "ba", "aab", "abz", "zb", "az"} <= found
    assert "ab" not in found
    assert "" not in one_edit_away("a")
    assert {len(word) for word in found} == {1, 2, 3}


def test_the_number_of_queries_grows_with_the_unknown_words_only(shelf, django_assert_num_queries):
    with django_assert_num_queries(1):
        corrected("steel lamp")
    with django_assert_num_queries(3):
        corrected("kettel")
    ProductFactory.create_batch(30, title="Kettle")
    with django_assert_num_queries(5):
        corrected("kettel lmap")
