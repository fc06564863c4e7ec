"""Fitting of the weights of the composite score on products held out of shoppers' histories.

The search covers all weights that are multiples of 1/20, at least 1/20 and sum to 1, and maximises the exact NDCG@10 of
each shopper's candidates (direct maximisation on the simplex, after Metzler & Croft, "Linear feature-based models for
information retrieval", Information Retrieval 10, 2007). Of the weights within one standard error of the best, those
nearest to the start are chosen (the rule of Breiman et al., "Classification and Regression Trees", 1984, section
3.4.3).

The gain is measured by five-fold cross-validation, because the best of a thousand is partly lucky; with a gain below
one standard error the start weights stay. No weight is 0, because held-out products do not show the value of searched
words and chosen categories.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from ml import metrics
from ml.evaluation import Interval, bootstrap_interval
from ml.ranking import ShopperState, Weights, rank_for_you
from ml.ranking.for_you import parts_for_shopper
from ml.serving_index import ServingIndex

K = 10
STEPS = 20
PARTS = 4
FOLDS = 5
CASES_PER_BLOCK = 16


class WeightFittingError(ValueError):
    """Nothing to learn weights from; the message says what is missing."""


@dataclass(frozen=True, eq=False)
class Case:
    """Parts of one shopper's candidates, float64 [c, 4], ascending by item, and `target`: the position of the held-out
    product among them, -1 when it is no candidate."""

    parts: NDArray[np.float64]
    target: int


@dataclass(frozen=True, eq=False)
class HeldOut:
    """States of n shoppers, and the product held out of each history, int32 [n]."""

    states: Sequence[ShopperState]
    items: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.states)


@dataclass(frozen=True)
class FittedWeights:
    """Fitted weights; start_ndcg, ndcg: NDCG@10 of the start weights and of these on the cases of the fit."""

    weights: Weights
    start_ndcg: float
    ndcg: float
    n_cases: int


@dataclass(frozen=True)
class Comparison:
    """NDCG@10 of served lists by two weights; difference: second minus first, paired, 95 %."""

    first: float
    second: float
    difference: Interval
    n_cases: int


def cases_of(index: ServingIndex, held_out: HeldOut, *, progress: Callable[[float], None] | None = None) -> list[Case]:
    """Return the case of each shopper: the candidates of their list with the parts of the score."""
    cases = []
    for number, (state, item) in enumerate(zip(held_out.states, held_out.items.tolist(), strict=True)):
        items, parts = parts_for_shopper(index, state, limit=K)
        places = np.flatnonzero(items == item)
        cases.append(Case(parts, int(places[0]) if places.size else -1))
        if progress:
            progress((number + 1) / len(held_out))
    return cases


def fit_weights(cases: Sequence[Case], *, start: Weights) -> FittedWeights:
    """Return the weights that rank the candidates of n cases best; `start` unless the gain is a standard error.

    Only the ratios of weights matter, so `start` may have any sum. Raise WeightFittingError without cases.
    """
    if not cases:
        raise WeightFittingError("weights are learned from held-out products, there are none")
    first = start.as_array()
    others = simplex(STEPS)
    distances = np.linalg.norm(others - first / first.sum(), axis=1).round(9)
    choices, distances = np.vstack([first, others[distances > 0]]), np.append(0.0, distances[distances > 0])
    all_gains = gains(cases, choices)  # [n, 1 + g]
    folds = np.arange(len(cases)) % FOLDS
    gained = np.zeros(len(cases))
    for fold in range(min(FOLDS, len(cases))):
        rest, own = all_gains[folds != fold], all_gains[folds == fold]
        gained[folds == fold] = own[:, _nearest_of_the_best(rest, distances)] - own[:, 0] if len(rest) else 0.0
    is_gain = gained.mean() > 0 and gained.mean() >= gained.std() / np.sqrt(len(cases))
    chosen = _nearest_of_the_best(all_gains, distances) if is_gain else 0
    weights = start if chosen == 0 else Weights(*choices[chosen].round(2).tolist())
    return FittedWeights(weights, float(all_gains[:, 0].mean()), float(all_gains[:, chosen].mean()), len(cases))


def compare_weights(index: ServingIndex, held_out: HeldOut, first: Weights, second: Weights) -> Comparison:
    """Return the comparison of two weights on lists of ten as served, with diversity, for n held-out products."""
    values = [_served_gains(index, held_out, weights) for weights in (first, second)]
    difference = bootstrap_interval(values[1] - values[0])
    return Comparison(float(values[0].mean()), float(values[1].mean()), difference, len(held_out))


def simplex(steps: int) -> NDArray[np.float64]:
    """Return all weights of four parts that are multiples of 1/steps above 0 and add up to 1, float64 [g, 4]."""
    cuts = np.array(list(combinations(range(1, steps), PARTS - 1)))
    edges = np.column_stack([np.zeros(len(cuts), int), cuts, np.full(len(cuts), steps)])
    weights: NDArray[np.float64] = np.diff(edges, axis=1) / steps
    return weights


def gains(cases: Sequence[Case], choices: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the NDCG@10 of each of n cases by each of g weights, float64 [n, g].

    choices: float64 [g, 4]. Ordered by score, ties by lower item, as ranking does.
    """
    found = np.zeros((len(cases), len(choices)))
    known = [number for number, case in enumerate(cases) if case.target >= 0]
    for start in range(0, len(known), CASES_PER_BLOCK):
        block = known[start : start + CASES_PER_BLOCK]
        sizes = np.array([len(cases[number].parts) for number in block])
        starts = np.cumsum(sizes) - sizes
        target = np.array([cases[number].target for number in block])
        scores = np.concatenate([cases[number].parts for number in block]) @ choices.T
        own = np.repeat(scores[starts + target], sizes, axis=0)
        is_before = np.arange(sizes.sum()) < np.repeat(starts + target, sizes)
        ahead = (scores > own) | ((scores == own) & is_before[:, None])
        ranks = np.add.reduceat(ahead, starts, axis=0, dtype=np.int64)
        found[block] = metrics.ndcg_at_k(ranks, K)
    return found


def _nearest_of_the_best(found: NDArray[np.float64], distances: NDArray[np.float64]) -> int:
    """Return the position, of g weights with gains [n, g], of the nearest as good as the best; ties: the better."""
    means = found.mean(axis=0)
    behind = found[:, [int(means.argmax())]] - found
    candidates = np.flatnonzero(behind.mean(axis=0) <= behind.std(axis=0) / np.sqrt(len(found)))
    return int(candidates[np.lexsort((-means[candidates], distances[candidates]))[0]])


def _served_gains(index: ServingIndex, held_out: HeldOut, weights: Weights) -> NDArray[np.float64]:
    ranks = np.full(len(held_out), K, np.int64)
    for number, (state, item) in enumerate(zip(held_out.states, held_out.items.tolist(), strict=True)):
        listed = [entry.item for entry in rank_for_you(index, state, weights, limit=K)]
        if item in listed:
            ranks[number] = listed.index(item)
    return metrics.ndcg_at_k(ranks, K)
