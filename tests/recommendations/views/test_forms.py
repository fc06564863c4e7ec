"""The form of the choice of categories."""

import pytest
from django.http import QueryDict

from recommendations.views.forms import CategoryChoiceForm
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelves():
    return [ProductFactory().category for _ in range(3)]


def test_offers_the_categories_and_ticks_those_chosen_before(shelves):
    form = CategoryChoiceForm(None, chosen=[shelves[1].pk])

    assert {entry["id"] for entry in form.offered} == {str(category.pk) for category in shelves}
    assert list(form.ticked) == [str(shelves[1].pk)]


def test_gives_the_ids_and_ticks_what_was_sent(shelves):
    form = CategoryChoiceForm(QueryDict(f"categories={shelves[0].pk}&categories={shelves[2].pk}"), chosen=[])

    assert form.is_valid()
    assert form.cleaned_data["categories"] == [shelves[0].pk, shelves[2].pk]
    assert list(form.ticked) == [str(shelves[0].pk), str(shelves[2].pk)]


@pytest.mark.parametrize("sent", ["", "categories=nonsense"])
def test_nothing_and_nonsense_are_refused(shelves, sent):
    assert not CategoryChoiceForm(QueryDict(sent), chosen=[]).is_valid()


def test_what_is_not_offered_is_refused(shelves):
    assert not CategoryChoiceForm(QueryDict(f"categories={CategoryFactory().pk}"), chosen=[]).is_valid()
