"""Weights of the composite score, learned from held-out products.

Half of the shoppers with a held-out product choose the weights. The other half measures what they gain, and the version
itself is measured and compared on that half alone (recommendations/learning/gate.py). The products are ranked by an
index of the trial fit, built without the held-out interactions: its stars, events and trends do not reveal them.
"""

from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ml.index_building import DemandTables, ModelTables, build_serving_index
from ml.index_building.low_rank import Model, low_rank_approximation
from ml.interactions import Interactions
from ml.ranking import ShopperState, Weights, shopper_vector
from ml.recommenders import registry
from ml.recommenders.base import FittedRecommender
from ml.serving_index import ServingIndex
from ml.splits import Split
from ml.weight_fitting import HeldOut, cases_of, compare_weights, fit_weights
from recommendations.behaviour.event_weights import KIND_CODES, Kind
from recommendations.jobs.progress import Progress, silent
from recommendations.learning import demand
from recommendations.learning.training_data import TrainingData, pair_keys
from recommendations.versions.ranking_profiles import FIGURES

# With fewer shoppers in a half, chance would choose the weights and the gate would have too few cases.
LEAST_SHOPPERS = 50
MOST_CASES = 500


def in_halves(split: Split, *, seed: int) -> tuple[Split, Split]:
    """Return two splits with the same train part and the test rows of one half of the shoppers each.

    The first has no test rows, and the second all of them, when a half would have fewer than 50 shoppers.
    """
    test = split.test
    shoppers = np.unique(test.users)
    if shoppers.size < 2 * LEAST_SHOPPERS:
        return Split(split.train, test.select(np.zeros(len(test), bool))), split
    first = np.random.default_rng(seed).permutation(shoppers)[: shoppers.size // 2]
    is_first = np.isin(test.users, first)
    return Split(split.train, test.select(is_first)), Split(split.train, test.select(~is_first))


def learn_weights(
    fitted: FittedRecommender,
    to_fit: Split,
    to_measure: Split,
    progress: Progress = silent,
    *,
    data: TrainingData,
    seed: int,
) -> dict[str, Any]:
    """Return {"learned_weights": ...} for ModelVersion.metrics, from a trial fit on the train part both splits share;
    an empty dictionary without cases.

    - `weights`: the weight of each part of the score.
    - `fitted_on`, `fit`: held-out products that chose them, and NDCG@10 there of the classic and the learned weights.
    - `measured_on`, `classic`, `learned`: the same for the other half, in lists as they are served.
    - `difference`, `interval`: learned minus classic, and its 95 % interval.
    """
    if not len(to_fit.test) or not len(to_measure.test):
        return {}
    progress(0.0, "index of the trial fit")
    index = _trial_index(fitted, to_fit.train, (to_fit.test, to_measure.test), data, seed)
    classic = Weights()
    chosen = fit_weights(
        cases_of(
            index,
            _held_out(index, to_fit, seed),
            progress=lambda share: progress(0.3 + 0.4 * share, "weights of the score"),
        ),
        start=classic,
    )
    progress(0.7, "gain of the weights")
    gain = compare_weights(index, _held_out(index, to_measure, seed), classic, chosen.weights)
    figures = {
        "weights": {name: getattr(chosen.weights, name) for name in ("cosine", "popularity", "category", "keyword")},
        "fitted_on": chosen.n_cases,
        "fit": {"classic": round(chosen.start_ndcg, 4), "learned": round(chosen.ndcg, 4)},
        "measured_on": gain.n_cases,
        "classic": round(gain.first, 4),
        "learned": round(gain.second, 4),
        "difference": round(gain.difference.mean, 4),
        "interval": [round(gain.difference.low, 4), round(gain.difference.high, 4)],
    }
    return {FIGURES: figures}


def _trial_index(
    fitted: FittedRecommender, train: Interactions, tests: tuple[Interactions, ...], data: TrainingData, seed: int
) -> ServingIndex:
    """Return the index of the products the trial fit knows, as if the held-out events had not happened."""
    count = train.n_items
    catalogue, log = data.catalogue, data.log.log
    is_held_out = np.isin(data.row_pairs(), np.concatenate([pair_keys(test) for test in tests]))
    rated = log.select(is_held_out & (log.kinds == KIND_CODES[Kind.RATE]))
    stars = np.bincount(rated.products, weights=np.nan_to_num(rated.values), minlength=count)
    kept = log.select(~is_held_out & (log.products >= 0) & (log.products < count))
    now = float(log.times.max(initial=0.0))
    space = low_rank_approximation(cast(Model, fitted), train.to_csr(), seed=seed)
    nearest = cast(Any, registry.recommender_class("item_knn")().fit(train, seed=seed))
    return build_serving_index(
        replace(
            catalogue,
            raw_ids=catalogue.raw_ids[:count],
            texts=catalogue.texts[:count],
            stars=np.maximum(catalogue.stars[:count] - stars, 0.0),
            item_category=catalogue.item_category[:count],
        ),
        ModelTables(space.tower, space.item_vectors, nearest.neighbours, nearest.similarities),
        DemandTables(demand.popularity_weights(kept, count, now), demand.trending_weights(kept, count, now)),
    )


def _held_out(index: ServingIndex, split: Split, seed: int) -> HeldOut:
    """Return at most 500 of the split's shoppers, as a ranking knows them from the train part."""
    test, train = split.test, split.train
    if len(test) > MOST_CASES:
        test = test.select(np.sort(np.random.default_rng(seed).choice(len(test), MOST_CASES, replace=False)))
    times = np.zeros(len(train)) if train.timestamps is None else train.timestamps
    newest_first = np.lexsort((train.items, -times, train.users))
    starts = np.searchsorted(train.users[newest_first], np.arange(train.n_users + 1))
    pasts = [newest_first[starts[user] : starts[user + 1]] for user in test.users.tolist()]
    return HeldOut([_state(index, train.items[past], train.weights[past]) for past in pasts], test.items)


def _state(index: ServingIndex, items: NDArray[np.int32], weights: NDArray[np.float32]) -> ShopperState:
    """Return the state of a shopper who touched these items, newest first; none of them may be shown."""
    vector = shopper_vector(index, items, weights)
    return ShopperState(vector=vector, recent=items, recent_weights=weights, excluded=items)
