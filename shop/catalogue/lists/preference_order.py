"""The preference order: a list with the products that suit the shopper first.

The shop knows nothing of recommendations. An app that can score products for a shopper plugs in with `score_with`;
until then every list keeps its plain order.

Only the first WINDOW products of the plain order are reordered. That bounds the work however long the list is, and a
weak match of a search never comes first.
"""

import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shop.catalogue.models import ProductQuerySet

WINDOW = 240  # ten pages of the site
# The weight of the shopper's taste in search results, where the match has weight 1. A product never passes another
# whose match is better by more than this.
TASTE_WEIGHT = 0.25


@dataclass(frozen=True)
class WhichList:
    """The slot of a list (category, search, api) and the category it shows, if any: rules and experiments ask."""

    slot: str = ""
    category_id: uuid.UUID | None = None


ANY_LIST = WhichList()
# Takes a shopper, products and their list. Returns a score >= 0 for each, or None when all would score the same.
Scores = Callable[[uuid.UUID, Sequence[uuid.UUID], WhichList], Sequence[float] | None]


@dataclass
class _Plug:
    scores: Scores | None = None


_plug = _Plug()


@dataclass(frozen=True)
class Place:
    """A product's place in a list: its values of the fields the list is ordered by, in that order."""

    product_id: uuid.UUID
    position: tuple[Any, ...]
    title: str = ""
    relevance: float | None = None


def score_with(scores: Scores) -> None:
    """Score the products of every list with `scores` from now on; called once when the apps are ready."""
    _plug.scores = scores


def places(products: ProductQuerySet, limit: int = WINDOW) -> list[Place]:
    """Return the first places of an ordered list; one query."""
    names = [str(name).removeprefix("-") for name in products.query.order_by]
    rows = products.select_related(None).values_list("pk", "title", *names)[:limit]
    has_relevance = "relevance" in names
    return [
        Place(key, tuple(position), title, position[names.index("relevance")] if has_relevance else None)
        for key, title, *position in rows
    ]


def in_preference_order(
    listed: Sequence[Place], shopper_id: uuid.UUID | None, which: WhichList, *, query: str = ""
) -> list[uuid.UUID]:
    """Return the products of the listed places in the shopper's preference order, unchanged for a stranger.

    `query` holds the words of a search. A product with exactly these words as its title stays in front. For the others
    the match counts more than the taste (TASTE_WEIGHT).
    """
    plain = [place.product_id for place in listed]
    scores = _plug.scores(shopper_id, plain, which) if _plug.scores and shopper_id is not None and plain else None
    top = max(scores, default=0.0) if scores is not None else 0.0
    if scores is None or top <= 0:
        return plain
    best_match = max((place.relevance or 0.0 for place in listed), default=0.0)
    words = _words(query)

    def merit(entry: tuple[Place, float]) -> tuple[bool, float]:
        place, score = entry
        if place.relevance is None:
            return False, score
        match = place.relevance / best_match if best_match > 0 else 1.0
        return bool(words) and _words(place.title) == words, match + TASTE_WEIGHT * score / top

    ranked = sorted(zip(listed, scores, strict=True), key=merit, reverse=True)
    return [place.product_id for place, _ in ranked]


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).casefold().split()
