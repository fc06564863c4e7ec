"""Results of ranking: an item with its score, the parts of the score, its source and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Columns of an array of parts, float64 [c, 4], in the order of the fields of `Parts` and `Weights`.
COSINE, POPULARITY, CATEGORY, KEYWORD = range(4)


class ReasonCode(StrEnum):
    """Reason for showing a product; given only when the parts of its score support it."""

    VIEWED_SIMILAR = "viewed_similar"  # similar to the anchor, which the shopper viewed
    BOUGHT_SIMILAR = "bought_similar"  # similar to the anchor, which the shopper bought
    CATEGORY_LIKED = "category_liked"  # in or near a category of the shopper's recent items
    CATEGORY_CHOSEN = "category_chosen"  # in or near a category that the shopper chose
    SEARCH_MATCH = "search_match"  # its text holds words that the shopper searched for
    POPULAR = "popular"
    TRENDING = "trending"
    BOUGHT_TOGETHER = "bought_together"  # in the same orders as the anchor
    SIMILAR_TO = "similar_to"  # similar to the anchor, which is the product of the page
    DISCOVER = "discover"  # no part of the score is above 0


class Source(StrEnum):
    """Search that found a candidate; when several did, the first in this order."""

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

    - `score`: the sum of weight x part, times the item's factor; `rank_trending` and `rank_complementary` differ;
    - `anchor`: the item that the reason names;
    - `words`: the searched terms in the item's text, for a search match.
    """

    item: int
    score: float
    parts: Parts
    source: Source
    reason: ReasonCode
    anchor: int | None = None
    words: tuple[str, ...] = ()
