"""What the parts of the hybrid weigh: chosen on validation items, cut from the training data."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from ml.metrics import ndcg_at_k, ranks_of
from ml.recommenders.base import FittedRecommender
from ml.recommenders.dmf.validation import Validation
from ml.recommenders.hybrid.fitted import BlendWeights, standardised

IALS_WEIGHTS = (0.0, 0.3, 0.6, 1.0, 1.5)
LINEAR_WEIGHTS = (0.0, 0.15, 0.3, 0.6, 1.0)
USUAL_WEIGHTS = BlendWeights(ials=0.6, linear=0.3)
USERS_PER_BATCH = 256
NEGLIGIBLE = 2e-4  # of NDCG: too little to leave the usual weights for


def best_weights(
    dmf: FittedRecommender, ials: FittedRecommender, linear: FittedRecommender, validation: Validation
) -> BlendWeights:
    """Return the weights with the best NDCG@10 on the validation items; the usual ones when none are better.

    The parts must have been fitted on validation.train.
    """
    parts = [_candidate_scores(part, validation) for part in (dmf, ials, linear)]
    best, highest = USUAL_WEIGHTS, _ndcg(parts, USUAL_WEIGHTS, validation) + NEGLIGIBLE
    for ials_weight, linear_weight in product(IALS_WEIGHTS, LINEAR_WEIGHTS):
        weights = BlendWeights(ials_weight, linear_weight)
        if (figure := _ndcg(parts, weights, validation)) > highest:
            best, highest = weights, figure
    return best


def _candidate_scores(part: FittedRecommender, validation: Validation) -> NDArray[np.float32]:
    """Return standardised scores of each case's positive and negatives, float32 [n, 1 + m]."""
    cases = validation.cases
    is_known = np.bincount(validation.train.indices, minlength=validation.train.shape[1]) > 0
    items = np.concatenate([cases.positives[:, None], np.maximum(cases.negatives, 0)], axis=1).astype(np.int64)
    scores = np.zeros(items.shape, np.float32)
    for start in range(0, len(cases), USERS_PER_BATCH):
        batch = slice(start, start + USERS_PER_BATCH)
        every = standardised(part.scores(validation.train[cases.users[batch]]), is_known)
        scores[batch] = np.take_along_axis(every, items[batch], axis=1)
    return scores


def _ndcg(parts: list[NDArray[np.float32]], weights: BlendWeights, validation: Validation) -> float:
    """Return the mean NDCG@10 of the blend; 0 without cases."""
    if not len(validation.cases):
        return 0.0
    scores = parts[0] + np.float32(weights.ials) * parts[1] + np.float32(weights.linear) * parts[2]
    negatives = np.where(validation.cases.negatives >= 0, scores[:, 1:], np.nan)
    return float(ndcg_at_k(ranks_of(scores[:, 0], negatives), 10).mean())
