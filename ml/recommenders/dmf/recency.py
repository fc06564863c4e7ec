"""Weight of the items' recency in DMF's scores, chosen on validation items.

These are the latest items of their users; without timestamps there is no recency (docs/experiments.md, "Time").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.recommenders.dmf.bias import spread_of_scores, with_bias
from ml.recommenders.dmf.validation import Validation, best_option
from ml.user_tower import UserTower

WEIGHTS = (0.1, 0.2, 0.3, 0.4, 0.6)  # standard deviations of recency per standard deviation of a user's scores


def best_recency(tower: UserTower, item_vectors: NDArray[np.float32], validation: Validation) -> float:
    """Return the weight of recency with the best NDCG@10 on the validation items, or 0 if it does not clearly win."""
    if not validation.recency.any() or not len(validation.cases):
        return 0.0
    step = spread_of_scores(tower, item_vectors, validation.train) * validation.recency

    def gains(weight: float) -> NDArray[np.float64]:
        return validation.gains(*with_bias(tower, item_vectors, np.float32(weight) * step))

    return best_option(WEIGHTS, gains, 0.0)
