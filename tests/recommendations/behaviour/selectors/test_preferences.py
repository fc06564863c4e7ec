"""Preferences of a shopper, as pages show them."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.selectors.preferences import (
    Preferences,
    chosen_categories,
    dismissed_products,
    is_dismissed,
    preferences_of,
)
from tests.factories import ProductFactory
from tests.recommendations.shopping import OTHER, SHOPPER, act

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def dismiss(product, *, minute: int, value: int = 1) -> None:
    act(Kind.NOT_INTERESTED, product, value=value, occurred_at=NOW + timedelta(minutes=minute))


def test_dismissed_products_come_last_dismissed_first_without_what_was_taken_back_or_hidden():
    first, taken_back, again, hidden = (ProductFactory(is_published=number != 3) for number in range(4))
    dismiss(first, minute=0)
    dismiss(taken_back, minute=1)
    dismiss(again, minute=1)
    dismiss(hidden, minute=2)
    dismiss(taken_back, minute=3, value=0)
    dismiss(again, minute=4, value=0)
    dismiss(again, minute=5)

    assert dismissed_products(SHOPPER) == [again, first]
    assert is_dismissed(SHOPPER, again.pk)
    assert is_dismissed(SHOPPER, hidden.pk)
    assert not is_dismissed(SHOPPER, taken_back.pk)
    assert not is_dismissed(OTHER, again.pk)


def test_of_nobody_nothing_is_known_and_nothing_asked(queries):
    with queries(0):
        assert preferences_of(None) == Preferences()
        assert chosen_categories(None) == []


@pytest.mark.parametrize("count", [1, 5])
def test_six_queries_however_much_there_is(count, queries):
    for number in range(count):
        product = ProductFactory()
        act(Kind.VIEW, ProductFactory())
        dismiss(product, minute=number)
    with queries(5):
        known = preferences_of(SHOPPER)

    assert (len(known.dismissed), known.viewed, known.chosen) == (count, count, [])
    assert preferences_of(uuid.uuid4()) == Preferences()
