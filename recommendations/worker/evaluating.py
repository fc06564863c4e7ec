"""How well recommenders find the one product held out of each shopper's past."""

from collections.abc import Mapping

import numpy as np

from ml.evaluation import evaluate_lists, evaluate_ranking, sample_negatives
from ml.recommenders.base import FittedRecommender
from ml.splits import Split

NEGATIVES = 99
MOST_CASES = 2_000
LIST_LENGTH = 20


def evaluate(fitted: Mapping[str, FittedRecommender], split: Split, *, seed: int = 0) -> dict[str, dict[str, float]]:
    """Return figures of recommenders fitted on split.train, over at most 2,000 held-out products.

    hr_at_10, ndcg_at_10: against 99 products the shopper did not touch; ndcg_at_20_full, coverage_at_20: over the whole
    catalogue (ml/evaluation.py).
    """
    test = split.test
    if len(test) > MOST_CASES:
        test = test.select(np.sort(np.random.default_rng(seed).choice(len(test), MOST_CASES, replace=False)))
    cases = sample_negatives(split.train, test, NEGATIVES, seed=seed)
    figures = {}
    for name, recommender in fitted.items():
        found = evaluate_ranking(recommender, split.train, cases).summary(10)
        found |= evaluate_lists(recommender, split.train, test, LIST_LENGTH)
        kept = ("hr_at_10", "ndcg_at_10", f"ndcg_at_{LIST_LENGTH}_full", f"coverage_at_{LIST_LENGTH}")
        figures[name] = {key: round(found[key], 4) for key in kept}
    return figures
