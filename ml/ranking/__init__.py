"""Ranking of products for a shopper, a product or a basket, with scores and reasons."""

from ml.ranking.complementary import rank_complementary
from ml.ranking.discovery import Discovery
from ml.ranking.factors import NO_FACTORS, Factors
from ml.ranking.for_you import rank_for_you
from ml.ranking.results import Parts, RankedItem, ReasonCode, Source
from ml.ranking.shopper import ShopperState, shopper_vector
from ml.ranking.similar import rank_similar
from ml.ranking.trending import rank_trending
from ml.ranking.weights import Weights

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
