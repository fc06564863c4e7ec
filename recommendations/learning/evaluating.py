"""Evaluation of recommenders on products that were held out of the shoppers' past."""

import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml import metrics
from ml.evaluation import RankingCases, bootstrap_interval, evaluate_lists, evaluate_ranking, sample_negatives
from ml.interactions import Interactions
from ml.recommenders import registry
from ml.recommenders.base import FittedRecommender
from ml.splits import Split, leave_one_out, random_split, temporal_split
from recommendations.behaviour.event_weights import Log, PairWeights, pair_weights
from recommendations.jobs.progress import Progress, silent, step
from recommendations.learning.training_data import TrainingData, pair_keys, read_training_data

NEGATIVES = 99
MOST_CASES = 2_000
LIST_LENGTH = 20
K = 10
SPLITS = ("leave-one-out", "temporal", "random")
TEST_FRACTION = 0.2
NOTHING_HELD_OUT = {
    "leave-one-out": "no shopper has touched two different products",
    "temporal": "the last fifth of the log holds no product that is new to its shopper",
    "random": "there are too few different pairs of shopper and product",
}


class EvaluationRefused(Exception):
    """Nothing can be measured; the message says why and what to do."""


def evaluate(fitted: Mapping[str, FittedRecommender], split: Split, *, seed: int = 0) -> dict[str, dict[str, float]]:
    """Return the figures of recommenders fitted on split.train, over at most 2,000 held-out products.

    - `hr_at_10`, `ndcg_at_10`: among 99 products the shopper did not touch.
    - `ndcg_at_20_full`, `coverage_at_20`: over the whole catalogue, for at most 2,000 shoppers (ml/evaluation.py).
    """
    cases = ranking_cases(split, seed)
    figures = {}
    for name, recommender in fitted.items():
        measured = evaluate_ranking(recommender, split.train, cases).summary(K) | _lists(recommender, split, seed)
        keys = (f"hr_at_{K}", f"ndcg_at_{K}", f"ndcg_at_{LIST_LENGTH}_full", f"coverage_at_{LIST_LENGTH}")
        figures[name] = {key: round(measured[key], 4) for key in keys}
    return figures


def evaluate_log(
    names: Sequence[str], *, split_name: str = SPLITS[0], seed: int = 0, progress: Progress = silent
) -> dict[str, Any]:
    """Fit recommenders on a part of the shop's log and measure them on the rest; store nothing.

    Return JSON: sizes and, under `rows`, the figures of each recommender: those of `evaluate`, MRR, warm and cold
    shoppers, slices by training events, further figures of lists, an interval for NDCG@10, and fit_seconds. One that
    cannot be fitted has `error`. Raise EvaluationRefused.
    """
    for name in names:
        if name not in registry.recommender_names():
            raise EvaluationRefused(
                f"No recommender is called {name!r}; there are {', '.join(registry.recommender_names())}."
            )
    data = _read(step(progress, 0.0, 0.1, "Reading"))
    split = _split(data, split_name, seed)
    cases = ranking_cases(split, seed)
    rows = []
    for place, name in enumerate(names):
        start, end = (0.1 + 0.9 * number / len(names) for number in (place, place + 1))
        rows.append({"recommender": name, **_measured(name, split, cases, seed, step(progress, start, end, name))})
    progress(1.0, "Done")
    sizes = {"held_out": len(split.test), "cases": len(cases), "trained_on": len(split.train)}
    return {"split": split_name, "seed": seed, **data.summary(), **sizes, "rows": rows}


def _read(progress: Progress) -> TrainingData:
    data = read_training_data(progress)
    if not len(data.log):
        raise EvaluationRefused(
            "The log holds no interaction with a product of the catalogue, so there is nothing to evaluate on: load "
            "some first, for example with `manage.py load_demo` or `manage.py import_interactions`."
        )
    return data


def _split(data: TrainingData, name: str, seed: int) -> Split:
    if name == "temporal":
        split = split_at_moment(data.log.log)
    elif name == "random":
        split = random_split(data.interactions, test_fraction=TEST_FRACTION, seed=seed)
    else:
        split = leave_one_out(data.interactions, seed=seed)
    if not len(split.test) or not len(split.train):
        raise EvaluationRefused(
            f"Nothing can be held out by the {name} split: {NOTHING_HELD_OUT[name]}. Try another --split, or a larger "
            "log."
        )
    return split


def split_at_moment(log: Log) -> Split:
    """Split the log in time: train on its first 80 %, test on the products that were new to their shoppers after that.

    Each side is weighted by its own events alone, so that train does not know the later ones.
    """
    rows = Interactions(
        log.shoppers.astype(np.int32),
        log.products.astype(np.int32),
        np.ones(len(log), np.float32),
        log.times,
        int(log.shoppers.max(initial=-1)) + 1,
        int(log.products.max(initial=-1)) + 1,
    )
    train_times = temporal_split(rows, test_fraction=TEST_FRACTION).train.timestamps
    last = -np.inf if train_times is None else train_times.max(initial=-np.inf)
    before, after = pair_weights(log.select(log.times <= last)), pair_weights(log.select(log.times > last))
    shoppers = np.unique(np.concatenate([before.shoppers, after.shoppers]))
    products = np.unique(np.concatenate([before.products, after.products]))
    train, later = (_to_interactions(side, shoppers, products) for side in (before, after))
    return Split(train, later.select(~np.isin(pair_keys(later), pair_keys(train))))


def _to_interactions(pairs: PairWeights, shoppers: NDArray[np.int64], products: NDArray[np.int64]) -> Interactions:
    return Interactions(
        np.searchsorted(shoppers, pairs.shoppers).astype(np.int32),
        np.searchsorted(products, pairs.products).astype(np.int32),
        pairs.weights,
        pairs.times,
        shoppers.size,
        products.size,
    )


def _measured(name: str, split: Split, cases: RankingCases, seed: int, progress: Progress) -> dict[str, Any]:
    """Return the figures of a recommender fitted on split.train, or `error`."""
    started = time.perf_counter()
    try:
        fitted = registry.recommender_class(name)().fit(
            split.train, seed=seed, progress=lambda share, text: progress(0.9 * share, text)
        )
    except (ValueError, MemoryError) as error:
        return {"error": str(error) or type(error).__name__}
    seconds = time.perf_counter() - started
    progress(0.9, "measuring")
    result = evaluate_ranking(fitted, split.train, cases)
    interval = bootstrap_interval(metrics.ndcg_at_k(result.ranks, K), seed=seed)
    figures = {
        **result.summary(K),
        f"ndcg_at_{K}_interval": [interval.low, interval.high],
        **_lists(fitted, split, seed),
        **result.slices(K),
        "fit_seconds": seconds,
    }
    return {key: _json_number(value) for key, value in figures.items()}


def ranking_cases(split: Split, seed: int) -> RankingCases:
    """Return at most 2,000 held-out products, each with 99 negatives; the same ones for the same split and seed."""
    test = split.test
    if len(test) > MOST_CASES:
        test = test.select(np.sort(np.random.default_rng(seed).choice(len(test), MOST_CASES, replace=False)))
    return sample_negatives(split.train, test, NEGATIVES, seed=seed)


def _lists(fitted: FittedRecommender, split: Split, seed: int) -> dict[str, float]:
    return evaluate_lists(fitted, split.train, split.test, LIST_LENGTH, most_users=MOST_CASES, seed=seed)


def _json_number(value: Any) -> Any:
    """Return None for NaN, which JSON does not know."""
    return None if isinstance(value, float) and math.isnan(value) else value
