"""What somebody would be shown: by other weights or rules, at another time. Nothing is counted or written down."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from ml.ranking import Weights
from recommendations.lists.listing import RecommendedItem, listed, open_list
from recommendations.lists.requesting import request_of
from recommendations.lists.requests import Question
from recommendations.rules.active_rules import ActiveRules, RulesOfList
from recommendations.rules.models import RuleSet
from recommendations.rules.rule_book import rules_of_sets, subtrees_of
from recommendations.serving import handle
from recommendations.shoppers.known import known_shopper
from shop.catalogue.prepared import published_cards


@dataclass(frozen=True)
class Preview:
    """A list as it would be shown. `is_stranger`: nothing is known of the shopper; `is_filled`: popular products had to
    fill it; `weights` None: nothing serves yet."""

    items: list[RecommendedItem]
    rules: RulesOfList
    weights: Weights | None
    is_stranger: bool
    is_filled: bool


@dataclass(frozen=True)
class Place:
    """A product of one of two lists. `place`, `before`: 1 the first, None when it is not in that list; `is_moved`: it
    stands elsewhere among the others, not merely because of what came or went before it."""

    item: RecommendedItem
    place: int | None
    before: int | None
    is_hidden: bool = False
    is_moved: bool = False


def preview(
    question: Question,
    shopper_id: uuid.UUID | None = None,
    *,
    weights: Weights | None = None,
    rules: ActiveRules | None = None,
) -> Preview:
    """Return the list that a shopper (None: a stranger) gets for a question, outside of experiments; weights, rules:
    None for those that serve."""
    served = handle.current()
    if served is not None and weights is not None:
        served = replace(served, weights=weights)
    # What was ranked ahead does not say the parts of its scores.
    shopper = replace(known_shopper(shopper_id, served), ahead=b"")
    request = request_of(question, shopper_id, shopper, served, rules)
    opened = open_list(request, shopper, served, question.places)
    found = listed(opened, published_cards(opened.wanted))
    return Preview(found.items, request.rules, served.weights if served else None, shopper.is_stranger, found.is_filled)


def preview_rule_set(question: Question, row: RuleSet, shopper_id: uuid.UUID | None = None) -> tuple[Preview, Preview]:
    """Return the list without a set's rules and with them, whether it is active or not; the other active sets hold."""
    others = RuleSet.objects.active().exclude(pk=row.pk).values_list("pk", flat=True)
    rules, own = rules_of_sets(list(others)), rules_of_sets([row.pk])
    subtrees = subtrees_of([*rules, *own])
    return (
        preview(question, shopper_id, rules=ActiveRules(rules, subtrees)),
        preview(question, shopper_id, rules=ActiveRules(rules + own, subtrees)),
    )


def compared(before: Preview, after: Preview) -> tuple[list[Place], list[Place]]:
    """Return the products of two lists with their places in both."""
    first, second = _places(before.items), _places(after.items)
    blocks = SequenceMatcher(None, list(first), list(second), autojunk=False).get_matching_blocks()
    kept = {place for block in blocks for place in range(block.b, block.b + block.size)}
    return (
        [
            Place(item, second.get(item.product.pk), place, after.rules.hides(item.product))
            for place, item in enumerate(before.items, 1)
        ],
        [
            Place(item, place, before_it, is_moved=before_it is not None and place - 1 not in kept)
            for place, item in enumerate(after.items, 1)
            for before_it in [first.get(item.product.pk)]
        ],
    )


def _places(items: Sequence[RecommendedItem]) -> dict[uuid.UUID, int]:
    return {item.product.pk: place for place, item in enumerate(items, 1)}
