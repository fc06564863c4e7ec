"""Categories chosen and views forgotten: events, idempotent, and refused as a whole."""

import uuid

import pytest
from django.db import OperationalError

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.behaviour.selectors.preferences import chosen_categories, preferences_of
from recommendations.behaviour.services.preferences import (
    MOST_CHOSEN,
    ChoiceRefused,
    choose_categories,
    clear_viewed,
    take_back_choice,
)
from recommendations.shoppers.profiles import profile_of
from recommendations.shoppers.visitors import link_visitor
from recommendations.tasks import refresh_shopper
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.shopping import OTHER, SHOPPER, act

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelves():
    """Four categories with a product each."""
    categories = [CategoryFactory(name=name) for name in ("Audio", "Garden", "Kitchen", "Toys")]
    for category in categories:
        ProductFactory(category=category)
    return categories


def choose(*categories, shopper=SHOPPER):
    choose_categories(shopper_id=shopper, category_ids=[category.pk for category in categories])


def names(shopper=SHOPPER) -> set[str]:
    return {category.name for category in chosen_categories(shopper)}


def test_a_choice_replaces_the_one_before_and_writes_the_difference(shelves):
    choose(*shelves[:3])
    assert names() == {"Audio", "Garden", "Kitchen"}

    before = set(Interaction.objects.values_list("pk", flat=True))
    choose(*shelves[1:])
    assert names() == {"Garden", "Kitchen", "Toys"}
    written = Interaction.objects.exclude(pk__in=before).values_list("kind", "category_id", "value")
    assert set(written) == {("choose_category", shelves[3].pk, 1.0), ("choose_category", shelves[0].pk, 0.0)}


def test_choosing_the_same_again_writes_nothing(shelves):
    choose(*shelves[:2])
    choose(shelves[1], shelves[0], shelves[1])

    assert Interaction.objects.count() == 2


def test_a_choice_can_be_taken_back(shelves):
    choose(*shelves)
    take_back_choice(shopper_id=SHOPPER)
    take_back_choice(shopper_id=SHOPPER)

    assert names() == set()
    assert Interaction.objects.count() == 8


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("none", "out_of_range"),
        ("many", "out_of_range"),
        ("unknown", "unknown_category"),
        ("empty", "unknown_category"),
        ("hidden", "unknown_category"),
    ],
)
def test_what_cannot_be_chosen_is_refused_and_nothing_written(shelves, wanted, code):
    hidden = ProductFactory(is_published=False).category
    ids = {
        "none": [],
        "many": [uuid.uuid4() for _ in range(MOST_CHOSEN + 1)],
        "unknown": [shelves[0].pk, uuid.uuid4()],
        "empty": [shelves[0].pk, CategoryFactory().pk],
        "hidden": [hidden.pk],
    }[wanted]

    with pytest.raises(ChoiceRefused) as refused:
        choose_categories(shopper_id=SHOPPER, category_ids=ids)

    assert refused.value.code == code
    assert Interaction.objects.count() == 0


def test_a_category_with_products_below_it_can_be_chosen():
    above = CategoryFactory()
    ProductFactory(category=CategoryFactory(parent=above))

    choose(above)

    assert names() == {above.name}


def test_a_profile_written_before_does_not_hide_the_choice(shelves):
    act(Kind.SEARCH, query="lamp")
    refresh_shopper(str(SHOPPER))
    choose(shelves[0])

    assert [choice.category_id for choice in profile_of(SHOPPER, None).history.chosen] == [shelves[0].pk]


def test_a_visitors_choice_follows_into_the_account_and_can_be_changed_there(shelves):
    visitor, account = SHOPPER, OTHER
    choose(*shelves[:2], shopper=account)
    choose(shelves[2], shopper=visitor)
    link_visitor(visitor_id=visitor, user_id=account)
    assert names(account) == {"Audio", "Garden", "Kitchen"}

    choose(shelves[3], shopper=account)
    assert names(account) == {"Toys"}


def test_cleared_views_are_forgotten_once_and_leave_the_cart(shelves, product):
    other = ProductFactory()
    act(Kind.VIEW, product)
    act(Kind.ADD_TO_CART, other)
    assert preferences_of(SHOPPER).viewed == 1

    assert clear_viewed(shopper_id=SHOPPER)
    assert not clear_viewed(shopper_id=SHOPPER)

    assert preferences_of(SHOPPER).viewed == 0
    assert Interaction.objects.filter(kind=Kind.CLEAR_VIEWED).count() == 1


def test_an_account_forgets_what_it_viewed_as_a_visitor(product):
    act(Kind.VIEW, product)
    link_visitor(visitor_id=SHOPPER, user_id=OTHER)

    clear_viewed(shopper_id=OTHER)

    assert preferences_of(OTHER).viewed == 0


@pytest.mark.parametrize("change", ["choose", "take_back", "clear"])
@pytest.mark.parametrize("broken", ["profile", "log"])
def test_a_database_that_goes_away_half_way_leaves_nothing(shelves, monkeypatch, broken, change):
    choose(*shelves[:2])
    act(Kind.VIEW, shelves[0].products.get())
    refresh_shopper(str(SHOPPER))
    before = stored()

    def away(*_, **__):
        raise OperationalError("connection refused")

    verbs = {
        "choose": lambda: choose(*shelves[1:]),
        "take_back": lambda: take_back_choice(shopper_id=SHOPPER),
        "clear": lambda: clear_viewed(shopper_id=SHOPPER),
    }
    with monkeypatch.context() as patch:
        if broken == "profile":
            patch.setattr(ShopperProfile.objects, "filter", away)
        else:
            patch.setattr(Interaction, "save", away)
            patch.setattr("recommendations.behaviour.services.interactions.append_rows", away)
        with pytest.raises(OperationalError, match="refused"):
            verbs[change]()

    assert stored() == before
    verbs[change]()
    assert len(stored()[0]) > len(before[0])


def stored() -> tuple[list[uuid.UUID], set[str], int]:
    """The events, and what follows from them."""
    events = list(Interaction.objects.values_list("pk", flat=True).order_by("pk"))
    return events, names(), preferences_of(SHOPPER).viewed
