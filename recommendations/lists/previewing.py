"""Previews of lists: by other weights or rules, at another time. Nothing is recorded."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from ml.ranking import Weights
from recommendations.lists.arranging import RecommendedItem
from recommendations.lists.context import context_of
from recommendations.lists.questions import Question
from recommendations.lists.recommending import Recommendations, answered
from recommendations.rules.active_rules import ActiveRules
from recommendations.rules.models import RuleSet
from recommendations.rules.rule_book import rules_of_sets, subtrees_of
from recommendations.serving import handle
from recommendations.shoppers.profiles import profile_of


@dataclass(frozen=True)
class Place:
    """A product in one of two lists that are compared.

    - `place`, `before`: its positions, 1 the first; None when it is not in that list.
    - `is_moved`: it stands elsewhere among the others, not merely because of what came or went before it.
    """

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
) -> Recommendations:
    """Return the list that a shopper, None for a stranger, gets outside of experiments.

    - `weights`, `rules`: used in place of those that serve.
    """
    served = handle.current()
    if served is not None and weights is not None:
        served = replace(served, weights=weights)
    # A list ranked ahead does not hold the parts of its scores.
    profile = replace(profile_of(shopper_id, served), ahead=b"")
    return answered([context_of(question, profile, served, rules=rules)])[0]


def preview_rule_set(
    question: Question, row: RuleSet, shopper_id: uuid.UUID | None = None
) -> tuple[Recommendations, Recommendations]:
    """Return the list without a set's rules and with them, whether it is active or not; the other active sets hold."""
    others = RuleSet.objects.active().exclude(pk=row.pk).values_list("pk", flat=True)
    rules, own = rules_of_sets(list(others)), rules_of_sets([row.pk])
    subtrees = subtrees_of([*rules, *own])
    return (
        preview(question, shopper_id, rules=ActiveRules(rules, subtrees)),
        preview(question, shopper_id, rules=ActiveRules(rules + own, subtrees)),
    )


def compared(before: Recommendations, after: Recommendations) -> tuple[list[Place], list[Place]]:
    """Return the products of two lists with their positions in both."""
    first, second = _places(before.items), _places(after.items)
    blocks = SequenceMatcher(None, list(first), list(second), autojunk=False).get_matching_blocks()
    unmoved = {place for block in blocks for place in range(block.b, block.b + block.size)}
    hidden = after.context.rules.hides([item.product for item in before.items])
    return (
        [
            Place(item, second.get(item.product.pk), place, item.product.pk in hidden)
            for place, item in enumerate(before.items, 1)
        ],
        [
            Place(item, place, earlier, is_moved=earlier is not None and place - 1 not in unmoved)
            for place, item in enumerate(after.items, 1)
            for earlier in [first.get(item.product.pk)]
        ],
    )


def _places(items: Sequence[RecommendedItem]) -> dict[uuid.UUID, int]:
    return {item.product.pk: place for place, item in enumerate(items, 1)}
