"""What the parts of the hybrid weigh: chosen on validation items, cut from the training data."""

from __future__ import annotations

from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.interactions import CSR
from ml.metrics import ndcg_at_k, ranks_of
from ml.recommenders.dmf.validation import Validation
from ml.recommenders.hybrid.fitted import BlendWeights, standardised

IALS_WEIGHTS = (0.0, 0.3, 0.6, 1.0, 1.5)
LINEAR_WEIGHTS = (0.0, 0.15, 0.3, 0.6, 1.0)
USUAL_WEIGHTS = BlendWeights(ials=0.3, linear=0.3)
USERS_PER_BATCH = 256


class RowScorer(Protocol):
    """What blending needs of a fitted part."""

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...


def best_weights(dmf: RowScorer, ials: RowScorer, linear: RowScorer, validation: Validation) -> BlendWeights:
    """Return the weights with the best NDCG@10 on the validation items, if they beat the usual ones by more than one
    standard error of the difference; else the usual ones.

    The parts must have been fitted on validation.train. The rule of one standard error, against choosing the luckiest
    of many: Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3.
    """
    parts = [_candidate_scores(part, validation) for part in (dmf, ials, linear)]
    usual = _ndcg(parts, USUAL_WEIGHTS, validation)
    best, most = USUAL_WEIGHTS, 0.0
    for ials_weight, linear_weight in product(IALS_WEIGHTS, LINEAR_WEIGHTS):
        weights = BlendWeights(ials_weight, linear_weight)
        gains = _ndcg(parts, weights, validation) - usual
        if gains.size and gains.mean() > max(most, float(gains.std()) / np.sqrt(gains.size)):
            best, most = weights, float(gains.mean())
    return best


def _candidate_scores(part: RowScorer, validation: Validation) -> NDArray[np.float32]:
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


def _ndcg(parts: list[NDArray[np.float32]], weights: BlendWeights, validation: Validation) -> NDArray[np.float64]:
    """Return the NDCG@10 of the blend, float64 [n], one per case."""
    scores = parts[0] + np.float32(weights.ials) * parts[1] + np.float32(weights.linear) * parts[2]
    negatives = np.where(validation.cases.negatives >= 0, scores[:, 1:], np.nan)
    return ndcg_at_k(ranks_of(scores[:, 0], negatives), 10)
