"""Ranked products out: reads only, and never fails for an id it does not know."""

from recommendations.selectors.listing import RecommendedItem
from recommendations.selectors.reasons import Reason
from recommendations.selectors.recommending import Recommendations, recommend, recommend_to
from recommendations.selectors.requests import LARGEST_LIMIT, Intent, Question
from recommendations.selectors.segments import segment_of, segment_of_product
from recommendations.selectors.shoppers import has_events

__all__ = [
    "LARGEST_LIMIT",
    "Intent",
    "Question",
    "Reason",
    "Recommendations",
    "RecommendedItem",
    "has_events",
    "recommend",
    "recommend_to",
    "segment_of",
    "segment_of_product",
]
