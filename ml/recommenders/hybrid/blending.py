"""Weights of the hybrid's parts and of recency, chosen on validation items of train."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.interactions import CSR
from ml.metrics import ndcg_at_k, ranks_of
from ml.recommenders.dmf.recency import WEIGHTS as RECENCY_WEIGHTS
from ml.recommenders.dmf.validation import Validation, best_option
from ml.recommenders.hybrid.fitted import BlendWeights, standardised

IALS_WEIGHTS = (0.0, 0.3, 0.6, 1.0, 1.5)
LINEAR_WEIGHTS = (0.0, 0.15, 0.3, 0.6, 1.0)
USUAL_WEIGHTS = BlendWeights(ials=0.3, linear=0.3)
USERS_PER_BATCH = 256


class RowScorer(Protocol):
    """Protocol of a fitted part."""

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...


def best_weights(dmf: RowScorer, ials: RowScorer, linear: RowScorer, validation: Validation) -> BlendWeights:
    """Return the weights with the best NDCG@10 on the validation items, if they clearly beat the usual ones.

    The parts must have been fitted on validation.train.
    """
    parts = [_candidate_scores(part, validation) for part in (dmf, ials, linear)]
    options = [BlendWeights(*pair) for pair in product(IALS_WEIGHTS, LINEAR_WEIGHTS)]
    return best_option(options, lambda weights: _ndcg(parts, weights, validation), USUAL_WEIGHTS)


def best_recency(
    dmf: Callable[[float], RowScorer],
    found: float,
    ials: RowScorer,
    linear: RowScorer,
    weights: BlendWeights,
    validation: Validation,
) -> float:
    """Return the weight of recency with the best NDCG@10 of the blend, if it clearly beats `found`, that of DMF alone.

    The other parts ignore time, so that the blend may need a larger weight. dmf: returns DMF with a weight of recency.
    All parts must have been fitted on validation.train.
    """
    if not validation.recency.any():
        return found
    others = [_candidate_scores(part, validation) for part in (ials, linear)]

    def gains(weight: float) -> NDArray[np.float64]:
        return _ndcg([_candidate_scores(dmf(weight), validation), *others], weights, validation)

    return best_option(RECENCY_WEIGHTS, gains, found)


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
