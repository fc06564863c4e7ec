"""How well a recommender finds the one product held out of each shopper's past."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ml.interactions import CSR
from ml.metrics import hit_rate_at_k, ndcg_at_k
from ml.recommenders.base import FittedRecommender
from ml.splits import Split

AMONG_FIRST = 10
MOST_CASES = 2_000
SHOPPERS_PER_BATCH = 64


def evaluate(fitted: Mapping[str, FittedRecommender], split: Split, *, seed: int = 0) -> dict[str, dict[str, float]]:
    """Return HR@10 and NDCG@10 of each recommender, fitted on split.train, over at most 2,000 held-out products.

    The held-out product competes with every product the shopper has not touched; ties count against the recommender.
    """
    cases = np.arange(len(split.test))
    if cases.size > MOST_CASES:
        cases = np.sort(np.random.default_rng(seed).choice(cases, MOST_CASES, replace=False))
    users, items = split.test.users[cases], split.test.items[cases]
    rows = split.train.to_csr()
    figures = {}
    for name, recommender in fitted.items():
        ranks = np.concatenate(
            [
                _ranks(recommender, rows[users[batch]], items[batch])
                for batch in np.array_split(np.arange(cases.size), max(cases.size // SHOPPERS_PER_BATCH, 1))
            ]
        )
        figures[name] = {
            "hr_at_10": round(float(hit_rate_at_k(ranks, AMONG_FIRST).mean()), 4),
            "ndcg_at_10": round(float(ndcg_at_k(ranks, AMONG_FIRST).mean()), 4),
        }
    return figures


def _ranks(recommender: FittedRecommender, rows: CSR, items: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return how many untouched products score at least as high as each shopper's held-out one, int64 [b]."""
    scores = recommender.scores(rows).copy()
    held_out = scores[np.arange(items.size), items][:, None]
    scores[np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)), rows.indices] = -np.inf
    return (scores >= held_out).sum(axis=1) - 1
