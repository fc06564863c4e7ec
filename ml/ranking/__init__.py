"""Ranking of products for a shopper, a product or a basket, with scores and reasons."""

from ml.ranking.complementary import rank_complementary
from ml.ranking.for_you import rank_for_you
from ml.ranking.rails import Discovery
from ml.ranking.results import Parts, RankedItem, ReasonCode, Source
from ml.ranking.scoring import NO_FACTORS, Factors, Weights
from ml.ranking.shopper import ShopperState, shopper_vector
from ml.ranking.similar import rank_similar
from ml.ranking.trending import rank_trending

__all__ = [
    "Discovery",
    "NO_FACTORS",
    "Factors",
    "Parts",
    "RankedItem",
    "ReasonCode",
    "ShopperState",
    "Source",
    "Weights",
    "rank_complementary",
    "rank_for_you",
    "rank_similar",
    "rank_trending",
    "shopper_vector",
]
