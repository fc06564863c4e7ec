"""Building a serving index from a trained model and the shop's data (worker only: SciPy, scikit-learn)."""

from ml.index_building.baskets import Baskets, bought_with_from_baskets
from ml.index_building.building import build_serving_index
from ml.index_building.inputs import CatalogueTables, DemandTables, ModelTables
from ml.index_building.popularity import popularity_scores, trending_scores
from ml.index_building.seasons import Visits, fit_seasons

__all__ = [
    "Baskets",
    "CatalogueTables",
    "DemandTables",
    "ModelTables",
    "Visits",
    "bought_with_from_baskets",
    "build_serving_index",
    "fit_seasons",
    "popularity_scores",
    "trending_scores",
]
