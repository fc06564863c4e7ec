"""Lists looked at without being shown."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from ml.ranking import Weights
from recommendations.behaviour.event_weights import Kind
from recommendations.counting.models import RailCount
from recommendations.lists.intents.registry import FOR_YOU, TRENDING
from recommendations.lists.previewing import compared, preview, preview_rule_set
from recommendations.lists.questions import Question
from recommendations.rules.active_rules import ActiveRule, ActiveRules
from tests.recommendations.publishing import ids
from tests.recommendations.ruling import hide, pin, rule_set
from tests.recommendations.shopping import SHOPPER, act, for_you

pytestmark = pytest.mark.django_db

POPULAR = Weights(0.0, 1.0, 0.0, 0.0)


def test_what_serves_is_what_the_shopper_sees(products, published):
    act(Kind.VIEW, products[2])
    rule_set("Autumn", pin(products[1], 2))

    found = preview(Question(FOR_YOU, limit=6), SHOPPER)

    assert ids(found.items) == ids(for_you(limit=6).items)
    assert (found.is_stranger, found.fallback_used, found.context.weights) == (False, False, Weights())
    assert not RailCount.objects.exists()


def test_other_weights_give_another_list_whose_parts_add_up(products, published):
    act(Kind.VIEW, products[2])

    found = preview(Question(FOR_YOU, limit=4), SHOPPER, weights=POPULAR)
    usual = preview(Question(FOR_YOU, limit=4), SHOPPER)

    assert found.items[0].product == products[7]
    assert ids(found.items) != ids(usual.items)
    for item in usual.items:
        parts = item.parts
        assert parts is not None
        total = 0.3 * parts.cosine + 0.1 * parts.popularity + 0.3 * parts.category + 0.3 * parts.keyword
        assert item.score == pytest.approx(total)


def test_the_factor_of_rules_is_said(products, published):
    rules = ActiveRules([ActiveRule("boost", product_id=products[3].pk, factor=2.0)])

    found = preview(Question(FOR_YOU, limit=8), rules=rules)
    usual = {item.product.pk: item for item in preview(Question(FOR_YOU, limit=8)).items}

    assert {item.product.pk: item.factor for item in found.items if item.factor != 1} == {products[3].pk: 2.0}
    (boosted,) = [item for item in found.items if item.product == products[3]]
    assert boosted.score == pytest.approx(2 * usual[products[3].pk].score)


def test_a_set_is_seen_beside_the_others_that_are_active(products, published):
    rule_set("Active", hide(products[7]))
    draft = rule_set("Draft", pin(products[0], 1), hide(products[6]), active=False)
    question = Question(TRENDING, limit=5)

    before, after = preview_rule_set(question, draft)
    without, within = compared(before, after)

    assert products[7].pk not in ids(before.items) + ids(after.items)
    assert products[6].pk in ids(before.items)
    assert after.items[0].product == products[0]
    (gone,) = [place for place in without if place.item.product == products[6]]
    assert (gone.place, gone.is_hidden) == (None, True)
    assert (within[0].place, within[0].item.is_pinned) == (1, True)
    assert [place.before for place in within[1:]] == [
        next((at for at, item in enumerate(before.items, 1) if item.product == place.item.product), None)
        for place in within[1:]
    ]


def test_an_active_set_is_seen_as_if_it_were_not_and_at_another_time(products, published):
    row = rule_set("Active", hide(products[7], starts_at=timezone.now() + timedelta(days=1)))

    def shown(**more) -> list[bool]:
        pair = preview_rule_set(Question(TRENDING, limit=8, **more), row)
        return [products[7].pk in ids(found.items) for found in pair]

    assert shown() == [True, True]
    assert shown(moment=timezone.now() + timedelta(days=2)) == [True, False]


def test_without_a_model_there_are_popular_products(products):
    found = preview(Question(FOR_YOU, limit=3), uuid.uuid4(), weights=POPULAR)

    assert ids(found.items) == [products[number].pk for number in (7, 6, 5)]
    assert (found.model_version, found.is_stranger, found.fallback_used) == (None, True, True)
