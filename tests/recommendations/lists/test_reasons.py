"""A reason is true, names only what may be seen, and says what the shopper did."""

import pytest

from recommendations.lists.questions import Candidate
from recommendations.lists.reasons import POPULAR_FROM, Reason, reason_without_model, reasons_of
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown():
    return ProductFactory(title="Green lamp", category=CategoryFactory(name="Lamps"))


@pytest.fixture
def anchor():
    return ProductFactory(title="Brass lamp")


def reason(code, product, anchor=None, *, published=True, search="", chosen=()) -> Reason:
    candidate = Candidate(product.pk, 1.0, "vector", code, anchor.pk if anchor else None, search)
    known = {anchor.pk: anchor} if anchor and published else {}
    (found,) = reasons_of(candidate, product, known, chosen)
    return found


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("viewed_similar", "Because you viewed Brass lamp"),
        ("carted_similar", "Because you put into your cart: Brass lamp"),
        ("bought_similar", "Because you bought Brass lamp"),
        ("rated_similar", "Because you rated Brass lamp"),
    ],
)
def test_the_reason_says_what_the_shopper_did(code, text, shown, anchor):
    assert reason(code, shown, anchor) == Reason(code, text, anchor.pk)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("viewed_similar", "Because of what you looked at"),
        ("carted_similar", "Because of what you put into your cart"),
        ("bought_similar", "Because of what you bought"),
        ("rated_similar", "Because of what you rated"),
    ],
)
def test_a_product_hidden_since_is_not_named_and_what_was_done_with_it_is(code, text, shown, anchor):
    assert reason(code, shown, anchor, published=False) == Reason(code, text)


@pytest.mark.parametrize("code", ["viewed_similar", "bought_similar", "bought_together", "similar_to"])
def test_a_product_of_a_sensitive_category_is_named_among_its_like_alone(code, shown, anchor):
    anchor.category.is_sensitive = True

    assert reason(code, shown, anchor) == reason(code, shown, anchor, published=False)
    shown.category.is_sensitive = True
    assert reason(code, shown, anchor).anchor_id == anchor.pk


@pytest.mark.parametrize(
    ("code", "text"),
    [("bought_together", "Often bought together with Brass lamp"), ("similar_to", "Similar to Brass lamp")],
)
def test_reasons_about_another_product(code, text, shown, anchor):
    assert reason(code, shown, anchor) == Reason(code, text, anchor.pk)
    assert reason(code, shown, anchor, published=False).anchor_id is None


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("category_liked", "From Lamps, where you look around"),
        ("popular", "Popular with other shoppers"),
        ("trending", "Trending now"),
        ("recently_viewed", "You looked at this"),
        ("discover", "From our catalogue"),
    ],
)
def test_reasons_without_another_product(code, text, shown):
    assert reason(code, shown) == Reason(code, text)


def test_a_search_is_named(shown):
    assert reason("search_match", shown, search="lamps for desks").text == "Matches your search “lamps for desks”"
    assert reason("search_match", shown).text == "Matches what you searched for"


def test_a_chosen_category_is_named_when_it_holds_the_product_or_lies_near(category):
    kitchen = CategoryFactory(name="Kitchen", parent=category)
    pots, knives = (CategoryFactory(name=name, parent=kitchen) for name in ("Pots", "Knives"))
    pot = ProductFactory(category=pots)
    garden = CategoryFactory(name="Garden")
    for row in (pot, pot.category, kitchen, pots, knives, garden):
        row.refresh_from_db()  # a new category moves the others' paths

    def text(*chosen):
        return reason("category_chosen", pot, chosen=chosen).text

    assert text(garden, kitchen) == text(knives, kitchen) == "From Kitchen, which you chose"
    assert text(kitchen, pots) == "From Pots, which you chose"
    assert text(knives) == "Close to Knives, which you chose"
    assert text(garden) == text() == "Close to what you chose"


def test_long_titles_are_cut(shown):
    anchor = ProductFactory(title="x" * 400)

    assert len(reason("similar_to", shown, anchor).text) < 80


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        (0, Reason("discover", "From our catalogue")),
        (1, Reason("rated", "Rated by other shoppers")),
        (POPULAR_FROM - 1, Reason("rated", "Rated by other shoppers")),
        (POPULAR_FROM, Reason("popular", "Popular with other shoppers")),
    ],
)
def test_what_fills_up_is_popular_only_when_several_rated_it(ratings, expected):
    product = ProductFactory.build(rating_sum=4 * ratings, rating_count=ratings)

    assert reason_without_model(product) == expected
