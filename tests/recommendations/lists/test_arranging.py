"""Merchandising rules hold in every list."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.lists import arranging
from recommendations.lists.context import context_of
from recommendations.lists.intents.registry import INTENTS, RECENTLY_VIEWED, TRENDING
from recommendations.lists.questions import Candidate, Candidates, Intent, Question
from recommendations.rules.models import Rule, RuleSet
from recommendations.serving import handle
from recommendations.shoppers.profiles import EMPTY_PROFILE
from recommendations.tasks import refresh_shopper
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import ids, publish
from tests.recommendations.ruling import boost, bury, hide, pin, rule_set
from tests.recommendations.shopping import SHOPPER, act, for_you, recommend

pytestmark = pytest.mark.django_db

RANKED = [intent for intent in INTENTS.values() if intent is not RECENTLY_VIEWED]


def list_of(intent: Intent, product: Product, limit: int = 8, **more):
    return recommend(shopper_id=SHOPPER, intent=intent, limit=limit, product_id=product.pk, **more)


def test_what_is_pinned_stands_at_its_place_and_says_why(products, published):
    act(Kind.VIEW, products[2])
    plain = ids(for_you(limit=8).items)
    rule_set("Autumn", pin(products[1], 1), pin(products[3], 3))

    found = for_you(limit=8)

    assert [item.product.pk for item in found.items[:3:2]] == [products[1].pk, products[3].pk]
    assert (found.items[0].reasons[0].code, found.items[0].reasons[0].text) == ("featured", "Selected by the shop")
    assert found.items[0].source == "rule"
    others = [pk for pk in plain if pk not in (products[1].pk, products[3].pk)]
    assert [pk for pk in ids(found.items) if pk in others] == others


def test_a_pin_that_was_no_candidate_is_shown_without_a_model_too(products, queries):
    rule_set("Autumn", pin(products[0], 2))

    assert ids(for_you(limit=3).items) == [products[7].pk, products[0].pk, products[6].pk]
    look = 2
    with queries(look + 4):  # profile, log, pinned products, popular ones
        for_you(limit=3)


def test_the_first_products_those_their_reasons_name_and_pinned_ones_are_read(monkeypatch):
    monkeypatch.setattr(arranging, "SPARE_PRODUCTS", 1)
    key = [uuid.UUID(int=number) for number in range(6)]
    ranked = [(key[0], key[1]), (key[2], None), (key[3], key[4])]
    candidates = Candidates(
        tuple(Candidate(product_id, 1.0, "vector", "viewed_similar", anchor_id) for product_id, anchor_id in ranked),
        pinned=((1, Candidate(key[5], 0.0, arranging.PINNED, "featured")),),
    )

    context = context_of(Question(TRENDING, limit=1), EMPTY_PROFILE, None)

    assert arranging.products_needed(context, candidates) == {key[0], key[1], key[2], key[5]}


def test_a_reason_names_a_product_outside_the_list(products, published):
    act(Kind.VIEW, products[2])

    [first] = for_you(limit=1).items

    assert [(reason.code, reason.anchor_id) for reason in first.reasons] == [("viewed_similar", products[2].pk)]


@pytest.mark.parametrize("why_not", ["sold out", "hidden", "no price", "bought", "dismissed", "deleted"])
def test_a_pin_that_may_not_be_shown_leaves_its_place_to_others(why_not, products, published):
    rule_set("Autumn", pin(products[1], 1))
    changes: dict[str, dict[str, Any]] = {
        "sold out": {"stock": 0},
        "hidden": {"is_published": False},
        "no price": {"price": None},
    }
    if why_not in changes:
        Product.objects.filter(pk=products[1].pk).update(**changes[why_not])
    elif why_not == "deleted":
        Product.objects.filter(pk=products[1].pk).delete()
    else:
        act(Kind.PURCHASE if why_not == "bought" else Kind.NOT_INTERESTED, products[1], value=1)

    found = for_you(limit=7)

    assert products[1].pk not in ids(found.items)
    assert len(found.items) == 7


def test_pins_count_through_the_pages_and_none_repeats():
    category = CategoryFactory()
    products = ProductFactory.create_batch(30, category=category, rating_sum=5, rating_count=1)
    publish(products)
    at = {1: products[29], 4: products[28], 5: products[27], 12: products[26], 90: products[25]}
    rule_set("Autumn", *(pin(product, position) for position, product in at.items()))

    whole: list[uuid.UUID] = []
    while page := ids(recommend(shopper_id=None, intent=TRENDING, limit=4, earlier=whole).items):
        whole += page

    assert len(whole) == len(set(whole)) == 30
    assert [whole[position - 1] for position in (1, 4, 5, 12)] == [at[position].pk for position in (1, 4, 5, 12)]
    assert whole[-1] == at[90].pk


def test_a_pin_survives_the_cap_of_a_category_which_counts_it():
    lamps, tools = CategoryFactory(), CategoryFactory()
    products = ProductFactory.create_batch(12, category=lamps, rating_sum=50, rating_count=10)
    products += ProductFactory.create_batch(12, category=tools, rating_sum=5, rating_count=1)
    publish(products, [[1, 0]] * 12 + [[0, 1]] * 12)
    rule_set("Autumn", *(pin(products[number], number + 1) for number in range(3)))

    found = for_you(uuid.uuid4(), limit=6)

    assert ids(found.items)[:3] == [product.pk for product in products[:3]]
    assert {item.product.category for item in found.items[3:]} == {tools}


def test_in_a_category_only_what_lies_in_it_is_pinned():
    top, other = CategoryFactory(), CategoryFactory()
    below = CategoryFactory(parent=top)
    inside, outside = ProductFactory(category=below), ProductFactory(category=other)
    publish([inside, outside, *ProductFactory.create_batch(3, category=top)])
    rule_set("Autumn", pin(outside, 1), pin(inside, 2))

    found = for_you(limit=5, category_id=top.pk)

    assert ids(found.items)[1] == inside.pk
    assert outside.pk not in ids(found.items)


@pytest.mark.parametrize("intent", RANKED)
@pytest.mark.parametrize("has_model", [True, False])
def test_boosted_goes_up_and_buried_goes_down(intent, has_model, products):
    if has_model:
        publish(products)
    plain = ids(list_of(intent, products[0]).items)
    last, first = plain[-2], plain[0]
    rule_set("Autumn", boost(Product(pk=last)), bury(Product(pk=first)))

    found = ids(list_of(intent, products[0]).items)

    assert sorted(found) == sorted(plain)
    assert found.index(last) < plain.index(last)
    assert found.index(first) > plain.index(first)


def test_a_category_is_boosted_with_those_below_it(products, published):
    act(Kind.VIEW, products[2])
    rule_set("Autumn", boost(category_id=products[1].category_id))

    found = for_you(limit=2)

    assert found.items[0].product.category == products[1].category
    assert found.items[0].factor == 10.0


@pytest.mark.parametrize("intent", list(INTENTS.values()))
@pytest.mark.parametrize("has_model", [True, False])
def test_a_hidden_category_is_empty_and_so_is_what_moves_there(intent, has_model, products):
    if has_model:
        publish(products)
    lamps = products[0].category
    below = CategoryFactory(parent=lamps)
    act(Kind.VIEW, products[4])
    rule_set("Autumn", hide(category_id=lamps.pk))
    Product.objects.filter(pk=products[7].pk).update(category=below)

    shown = ids(list_of(intent, products[1]).items)

    assert set(shown) <= {products[number].pk for number in (3, 5)}
    assert intent is RECENTLY_VIEWED or len(shown) == 2


def test_another_rule_counts_at_once_and_its_stamp_says_so(products, published):
    row = rule_set("Autumn", hide(products[7]))
    before = handle.current_rules().stamp()
    assert products[7].pk not in ids(for_you(limit=8).items)
    Rule.objects.filter(rule_set=row).update(slot="cart")

    assert products[7].pk in ids(for_you(limit=8).items)
    assert handle.current_rules().stamp() != before


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("has_model", [True, False])
def test_hidden_never_appears_and_pins_are_at_their_place(data, has_model, products, request):
    """Whatever the scope of the rules, the shopper's past, the stock and the question."""
    if has_model:
        publish(products)
    for table in (Interaction, ShopperProfile, RuleSet):
        table._default_manager.all().delete()
    Product.objects.update(stock=5, price=Decimal(5))
    categories = [products[0].category, products[1].category]
    intent = data.draw(st.sampled_from(list(INTENTS.values())), "intent")
    slot = data.draw(st.sampled_from(["", "home"]), "slot")
    category = data.draw(st.sampled_from([None, *categories]), "category")
    item = data.draw(st.sampled_from(products), "item")
    limit = data.draw(st.integers(1, 9), "limit")
    fits = [{}, {"slot": slot}, {"intent": intent.name}, {"listed_category_id": category.pk if category else None}]
    misses = [{"slot": "cart"}, {"listed_category_id": uuid.UUID(int=9)}]
    numbers = st.sets(st.integers(0, 7), max_size=3)
    hidden, elsewhere, sold_out, bought = (data.draw(numbers, name) for name in "abcd")
    pinned = data.draw(st.dictionaries(st.integers(1, 9), st.integers(0, 7), max_size=3), "pinned")
    rules = [hide(products[number], **data.draw(st.sampled_from(fits))) for number in sorted(hidden)]
    rules += [hide(products[number], **data.draw(st.sampled_from(misses))) for number in sorted(elsewhere)]
    rules += [pin(products[number], position) for position, number in sorted(pinned.items())]
    rules += [boost(products[number]) for number in sorted(data.draw(numbers, "boosted"))]
    rule_set("Drawn", *rules)
    Product.objects.filter(pk__in=[products[number].pk for number in sold_out]).update(stock=0)
    for number, product in enumerate(products):
        act(Kind.PURCHASE if number in bought else Kind.VIEW, product, value=1)
    if data.draw(st.booleans(), "profile"):
        refresh_shopper(str(SHOPPER))

    found = list_of(intent, item, limit, slot=slot, category_id=category.pk if category else None)

    shown = ids(found.items)
    assert {products[number].pk for number in hidden | sold_out}.isdisjoint(shown)
    assert len(set(shown)) == len(shown) <= limit
    first = {products[number].pk: position for position, number in sorted(pinned.items(), reverse=True)}
    barred = {products[number].pk for number in hidden | sold_out | bought} | {item.pk}
    due = {
        pk: position
        for pk, position in first.items()
        if pk not in barred and (category is None or Product.objects.get(pk=pk).category_id == category.pk)
    }
    if intent is RECENTLY_VIEWED:
        assert {reason.code for item in found.items for reason in item.reasons} <= {"recently_viewed"}
        return
    for pk, position in due.items():
        if position <= len(shown) - len(due):
            assert shown[position - 1] == pk
        elif pk in shown:
            assert shown.index(pk) + 1 <= position
