"""What ranking returns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReasonCode(StrEnum):
    """Why a product is shown; each is given only when the numbers bear it out."""

    VIEWED_SIMILAR = "viewed_similar"  # like the anchor, which the shopper looked at
    BOUGHT_SIMILAR = "bought_similar"  # like the anchor, which the shopper bought
    CATEGORY_LIKED = "category_liked"  # in or near a category the shopper turned to
    CATEGORY_CHOSEN = "category_chosen"  # in or near a category the shopper said they like
    SEARCH_MATCH = "search_match"  # its text holds words the shopper searched for
    POPULAR = "popular"
    TRENDING = "trending"
    BOUGHT_TOGETHER = "bought_together"  # in the same orders as the anchor
    SIMILAR_TO = "similar_to"  # like the anchor, which is the product asked about
    DISCOVER = "discover"  # nothing is known yet that would speak for it


class Source(StrEnum):
    """Which search found the candidate; of several the first in this order."""

    VECTOR = "vector"
    NEIGHBOURS = "neighbours"
    BASKETS = "baskets"
    CATEGORY = "category"
    KEYWORD = "keyword"
    POPULAR = "popular"
    TRENDING = "trending"
    SEEN = "seen"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of the composite score, each in [0, 1]."""

    cosine: float
    popularity: float
    category: float
    keyword: float


@dataclass(frozen=True, slots=True)
class RankedItem:
    """One place of a ranking.

    score: the composite, sum of weight x part (rank_trending: how much it trends; rank_complementary: see there), times
    the item's factor.
    anchor: the item the reason speaks of; words: the searched terms that a search match found in its text.
    """

    item: int
    score: float
    parts: Parts
    source: Source
    reason: ReasonCode
    anchor: int | None = None
    words: tuple[str, ...] = ()
