"""Tables from which a serving index is built: the catalogue, a fitted model, and the demand for products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.hybrid_tower import HybridTower
from ml.index_building.baskets import Baskets
from ml.serving_index.seasons import Seasons
from ml.serving_index.tables import ServingIndexError
from ml.user_tower import UserTower


@dataclass(frozen=True, eq=False)
class CatalogueTables:
    """n products and c categories, by raw id. Raise ServingIndexError for tables of different lengths.

    - `raw_ids`, `texts`: n ids, and the n texts from which terms are taken;
    - `stars`: float64 [n] >= 0, the sum of the stars of all ratings;
    - `item_category`: int32 [n], position in `category_ids`, -1 for none;
    - `category_ids`: c ids; `category_parent`: int32 [c], -1 for a root.
    """

    raw_ids: Sequence[str]
    texts: Sequence[str]
    stars: NDArray[np.float64]
    item_category: NDArray[np.int32]
    category_ids: Sequence[str]
    category_parent: NDArray[np.int32]

    def __post_init__(self) -> None:
        for name in ("texts", "stars", "item_category"):
            if len(getattr(self, name)) != len(self):
                raise ServingIndexError(f"{name} has {len(getattr(self, name))} entries, expected {len(self)}")

    def __len__(self) -> int:
        return len(self.raw_ids)


@dataclass(frozen=True, eq=False)
class ModelTables:
    """A fitted model of v <= n items, which are the first products of the catalogue.

    - `user_tower`: maps rows of the interaction matrix to vectors of d dimensions;
    - `item_vectors`: float32 [v, d], of any length; the index scales them so that none is longer than 1;
    - `neighbours`, `similarities`: int32 and float32 [v, k], best first, -1 for none;
    - `shoppers`: float32 [s, d], sample vectors on which the search of a large index is tuned; None: exact search.
    """

    user_tower: UserTower | HybridTower
    item_vectors: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    similarities: NDArray[np.float32]
    shoppers: NDArray[np.float32] | None = None


@dataclass(frozen=True, eq=False)
class DemandTables:
    """Demand for n products.

    - `event_weights`: float [n] >= 0, decayed slowly, see `popularity_scores`;
    - `trending_weights`: float [n] >= 0, decayed within days, see `trending_scores`;
    - `baskets`: order lines; None: no orders;
    - `seasons`: factors of the c categories; None: all are 1.
    """

    event_weights: NDArray[np.floating[Any]]
    trending_weights: NDArray[np.floating[Any]]
    baskets: Baskets | None = None
    seasons: Seasons | None = None
