"""GET products/suggest/."""

import pytest

from tests.factories import CategoryFactory, ProductFactory
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/products/suggest/"


@pytest.fixture
def lamp():
    return ProductFactory(title="Brass lamp", category=CategoryFactory(name="Lamps"))


def test_suggests_products_and_categories(api, lamp):
    answer = api.get(ADDRESS, {"q": "lam"}).json()

    assert [row["id"] for row in answer["products"]] == [str(lamp.pk)]
    assert [row["name"] for row in answer["categories"]] == ["Lamps"]
    assert answer["corrected"] == ""


def test_says_what_was_meant(api, lamp):
    answer = api.get(ADDRESS, {"q": "lmap"}).json()

    assert answer["corrected"] == "lamp"
    assert [row["id"] for row in answer["products"]] == [str(lamp.pk)]


@pytest.mark.parametrize("typed", ["", "l", "zeppelin", "'\"*"])
def test_nothing_to_suggest(api, lamp, typed):
    assert api.get(ADDRESS, {"q": typed}).json() == {"corrected": "", "categories": [], "products": []}


@pytest.mark.parametrize(
    ("query", "code"),
    [({}, "required"), ({"q": "x" * 201}, "max_length"), ({"q": "a\x00b"}, "null_characters_not_allowed")],
    ids=["without", "too long", "null"],
)
def test_a_bad_question_is_a_400(api, query, code):
    assert one_error(api.get(ADDRESS, query), 400) == ("validation_error", code, "q")


@pytest.mark.parametrize("count", [1, 30])
def test_three_queries(api, count, django_assert_num_queries):
    ProductFactory.create_batch(count, title="Lamp")

    with django_assert_num_queries(3):
        api.get(ADDRESS, {"q": "lam"})
