"""Lists in the order that suits the shopper. The shop knows nothing of recommendations: those who can tell what suits
whom plug in (`score_with`), and until somebody does every list keeps its plain order.

Only the first WINDOW products of the plain order are put into another one; what comes after follows as it was. That
bounds the work however long the list is, and a weak match of a search never comes first.
"""

import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shop.catalogue.models import ProductQuerySet

WINDOW = 240  # ten pages of the site
# How much the shopper's taste counts in search results beside the match, whose best is 1: a product whose match is
# lower by more than this never comes before another.
PERSONAL_SHARE = 0.25


@dataclass(frozen=True)
class WhichList:
    """Which list is put in order, for whoever wants some things of some lists: the slot it is shown in (category,
    search, api), and the category it lists, if one."""

    slot: str = ""
    category_id: uuid.UUID | None = None


ANY_LIST = WhichList()
# From a shopper, products and the list they are in to a score >= 0 for each; None when nothing tells one from another.
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
    """Let `scores` say from now on what suits a shopper; called once when the apps are ready."""
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
    found: Sequence[Place], shopper_id: uuid.UUID | None, which: WhichList, *, query: str = ""
) -> list[uuid.UUID]:
    """Return the products of some places in the order that suits a shopper; as they are for a stranger.

    query: the words of a search. What has exactly them as its title stays in front, and for the others the match counts
    more than the taste (PERSONAL_SHARE).
    """
    plain = [place.product_id for place in found]
    scores = _plug.scores(shopper_id, plain, which) if _plug.scores and shopper_id is not None and plain else None
    top = max(scores, default=0.0) if scores is not None else 0.0
    if scores is None or top <= 0:
        return plain
    best_match = max((place.relevance or 0.0 for place in found), default=0.0)
    words = _words(query)

    def merit(entry: tuple[Place, float]) -> tuple[bool, float]:
        place, score = entry
        if place.relevance is None:
            return False, score
        match = place.relevance / best_match if best_match > 0 else 1.0
        return bool(words) and _words(place.title) == words, match + PERSONAL_SHARE * score / top

    ranked = sorted(zip(found, scores, strict=True), key=merit, reverse=True)
    return [place.product_id for place, _ in ranked]


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).casefold().split()
