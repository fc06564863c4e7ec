"""Lists as a shop shows them, from interactions alone: a serving index, and its list for one row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.extmath import randomized_svd

from ml.index_building import CatalogueTables, DemandTables, ModelTables, build_serving_index
from ml.index_building.low_rank import Model, low_rank_approximation
from ml.interactions import Interactions
from ml.ranking import Discovery, ShopperState, Weights, rank_for_you, shopper_vector
from ml.serving_index import ServingIndex
from ml.user_tower import UserTower

MOST_RECENT = 50


def served_index(
    interactions: Interactions,
    *,
    fitted: Model | None = None,
    dimensions: int = 64,
    item_category: NDArray[np.int64] | None = None,
) -> ServingIndex:
    """Return the index of a fitted model, by default of the strongest singular vectors (PureSVD, quick to compute).

    `item_category`: int64 [n_items], -1 for none.
    """
    rows = interactions.to_csr()
    n_items = interactions.n_items
    if fitted is None:
        rank = min(dimensions, min(rows.shape) - 1)
        vectors = np.ascontiguousarray(randomized_svd(rows, rank, random_state=0)[2].T, dtype=np.float32)
        tower = UserTower((vectors,), (np.zeros(rank, np.float32),), False, False, True)
        items = vectors
    else:
        space = low_rank_approximation(fitted, rows)
        tower, items = space.tower, space.item_vectors  # type: ignore[assignment]  # either tower serves
    weights = np.asarray(rows.sum(axis=0)).ravel().astype(np.float64)
    categories = np.full(n_items, -1) if item_category is None else item_category
    n_categories = int(categories.max(initial=-1)) + 1
    return build_serving_index(
        CatalogueTables(
            raw_ids=[str(item) for item in range(n_items)],
            texts=[""] * n_items,
            stars=np.zeros(n_items),
            item_category=categories.astype(np.int32),
            category_ids=[f"c{number}" for number in range(n_categories)],
            category_parent=np.full(n_categories, -1, np.int32),
        ),
        ModelTables(tower, items, np.full((n_items, 1), -1, np.int32), np.zeros((n_items, 1), np.float32)),
        DemandTables(weights, np.zeros(n_items)),
    )


def served_list(
    index: ServingIndex, row: NDArray[np.floating], *, limit: int, discovery: Discovery | None = None
) -> NDArray[np.int32]:
    """Return the list for a shopper with a row of weights, float [n_items]: items, best first, int32 [<= limit]."""
    items = np.flatnonzero(row).astype(np.int32)
    weights = row[items].astype(np.float32)
    recent = items[np.argsort(-weights, kind="stable")][:MOST_RECENT]
    vector = shopper_vector(index, items, weights)
    state = ShopperState(
        vector=vector if vector.any() else None,
        recent=recent,
        recent_weights=row[recent].astype(np.float32),
        excluded=items,
    )
    # A shop ranks more than it shows, because some may be sold out (recommendations/selectors).
    ranked = rank_for_you(index, state, Weights(), limit=limit + limit // 2 + 10, discovery=discovery)
    return np.array([entry.item for entry in ranked[:limit]], np.int32)
