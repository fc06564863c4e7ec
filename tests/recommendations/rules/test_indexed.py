"""Rules in an index's numbers, for whom they hold, and where pins stand."""

import uuid

import numpy as np
import pytest
from django.db import DatabaseError
from hypothesis import given
from hypothesis import strategies as st

from recommendations.behaviour.event_weights import Kind
from recommendations.lists.arranging import with_pinned
from recommendations.rules.active_rules import NO_RULES, RulesOfList
from recommendations.rules.indexed import indexed_rules
from recommendations.shoppers.segments import segment_content
from recommendations.tasks import refresh_shopper
from recommendations.versions.models import Segment, SegmentKind
from tests.factories import CategoryFactory
from tests.recommendations.publishing import ids, index_now, publish, served_now
from tests.recommendations.ruling import boost, hide, pin, rule_set
from tests.recommendations.shopping import OTHER, SHOPPER, act, for_you

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("pins", "before", "limit", "expected"),
    [
        ([], 0, 3, "abc"),
        ([(1, "X")], 0, 3, "Xab"),
        ([(3, "X")], 0, 3, "abX"),
        ([(4, "X")], 0, 3, "abc"),
        ([(4, "X")], 3, 3, "Xab"),
        ([(5, "X")], 3, 3, "aXb"),
        ([(1, "X"), (2, "Y")], 0, 3, "XYa"),
        ([(1, "X"), (1, "Y"), (2, "Z")], 0, 3, "XYZ"),
        ([(90, "X")], 0, 9, "abcdX"),
        ([(2, "X"), (90, "Y")], 0, 9, "aXbcdY"),
        ([(2, "X")], 4, 3, "Xab"),
    ],
    ids=str,
)
def test_where_pins_stand(pins, before, limit, expected):
    assert "".join(with_pinned("abcd", pins, before=before, limit=limit)) == expected


@given(
    others=st.integers(0, 30),
    positions=st.sets(st.integers(1, 40), max_size=8),
    sizes=st.lists(st.integers(1, 9), min_size=1, max_size=12),
)
def test_pages_are_slices_of_the_whole_list(others, positions, sizes):
    """However a list is cut into pages: nothing twice, nothing left out, pins at their place or at the end."""
    pins = [(position, f"pin {position}") for position in sorted(positions)]
    names = [f"other {number}" for number in range(others)]
    whole = with_pinned(names, pins, before=0, limit=100)

    pages: list[str] = []
    for size in sizes:
        left = [[one for one in group if one not in pages] for group in (names, [name for _, name in pins])]
        pages += with_pinned(left[0], [pin for pin in pins if pin[1] in left[1]], before=len(pages), limit=size)

    assert pages == whole[: sum(sizes)]
    assert sorted(whole) == sorted([*names, *(name for _, name in pins)])
    for position, name in pins:
        assert whole.index(name) + 1 <= position


def test_rules_in_an_indexs_numbers(products, published):
    lamps, unknown = products[0].category_id, uuid.uuid4()
    rules = RulesOfList(
        "a stamp",
        frozenset({products[1].pk, unknown}),
        frozenset({lamps, unknown}),
        {products[3].pk: 2.0, unknown: 3.0, products[2].pk: 0.5},
        {products[1].category_id: 4.0, unknown: 5.0},
    )
    index = index_now()

    found = indexed_rules(rules, index)

    assert found.hidden.tolist() == [0, 1, 2, 4, 6]
    assert found.factors.of(index, np.array([2, 3, 5])).tolist() == [0.5, 8.0, 4.0]
    assert indexed_rules(rules, index) is found
    assert indexed_rules(NO_RULES, index).hidden.size == 0


def test_queries_do_not_grow_with_rules(products, published, queries):
    below = CategoryFactory(parent=products[0].category)
    rule_set(
        "Autumn",
        *(pin(product, number + 1) for number, product in enumerate(products[:3])),
        hide(category_id=below.pk),
        boost(products[5]),
    )
    act(Kind.VIEW, products[2])
    refresh_shopper(str(SHOPPER))
    for_you(limit=4)
    look = 7  # newer products, weights, experiments; rule sets, rules, two of their categories

    with queries(look + 2):  # profile, products
        for_you(limit=4)


@pytest.fixture
def segments(products):
    """Two segments of shoppers: those of lamps, by the first axis, and those of tools."""

    def make(version: str, names: tuple[str, str], axes=(0, 1)) -> list[Segment]:
        return [
            Segment.objects.create(
                model_version=version,
                kind=SegmentKind.SHOPPERS,
                number=number + 1,
                name=name,
                size=1,
                top_categories=[[products[axis].category_id.hex, name, 0.9]],
                top_terms=[name.lower(), "brass" if axis == 0 else "steel"],
                centroid=np.eye(2, dtype="<f4")[axis].tobytes(),
            )
            for number, (name, axis) in enumerate(zip(names, axes, strict=True))
        ]

    return make


def vectors() -> list[list[float]]:
    return [[1.0, 0.0] if number % 2 == 0 else [0.0, 1.0] for number in range(8)]


def test_a_rule_for_a_segment_holds_for_its_shoppers_alone_and_in_later_versions_too(products, segments):
    first = publish(products, vectors())
    lamps, _ = segments(first, ("Lamps", "Tools"))
    rule_set("Autumn", pin(products[6], 1, segment=segment_content(lamps)))
    act(Kind.VIEW, products[0], shopper=SHOPPER)
    act(Kind.VIEW, products[1], shopper=OTHER)

    def pinned() -> list[bool]:
        lists = [for_you(shopper, limit=4).items for shopper in (SHOPPER, OTHER, None)]
        return [items[0].product == products[6] and items[0].is_pinned for items in lists]

    assert pinned() == [True, False, False]
    second = publish(products, vectors())
    segments(second, ("Tools", "Lamps"), axes=(1, 0))
    assert pinned() == [True, False, False]

    third = publish(products, vectors())
    Segment.objects.create(
        model_version=third, kind=SegmentKind.SHOPPERS, number=1, name="Else", size=2, top_terms=["else"],
        centroid=np.ones(2, "<f4").tobytes(),
    )  # fmt: skip
    assert pinned() == [False, False, False]


def test_with_the_behaviour_database_away_the_rules_read_last_hold(products, published, monkeypatch):
    rule_set("Autumn", hide(products[7]))
    assert products[7].pk not in ids(for_you(None, limit=8).items)

    def away(*_):
        raise DatabaseError("away")

    monkeypatch.setattr("recommendations.rules.rule_book._rows", away)
    assert products[7].pk not in ids(for_you(None, limit=8).items)
    again = publish(products)
    assert products[7].pk not in ids(for_you(None, limit=8).items)
    assert served_now().version == again


def test_without_a_model_too_the_rules_read_last_hold(products, monkeypatch, caplog):
    rule_set("Autumn", hide(products[7]))
    assert products[7].pk not in ids(for_you(None, limit=8).items)

    def away(*_):
        raise DatabaseError("away")

    monkeypatch.setattr("recommendations.rules.rule_book._rows", away)

    assert products[7].pk not in ids(for_you(None, limit=8).items)
    assert "rules cannot be read" in caplog.text
