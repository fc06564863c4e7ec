"""The weights of the composite score, learned from products that were held out of shoppers' pasts.

Of all weights that are multiples of 1/20 and add up to 1, none below 1/20, those are sought whose order of each
shopper's candidates has the best NDCG@10, counted exactly: four weights need no gradient (direct maximisation of the
measure on the simplex, after Metzler & Croft, "Linear feature-based models for information retrieval", Information
Retrieval 10, 2007). Of those within one standard error of the best, the ones nearest to where one starts are taken
(the rule of Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3).

The best of a thousand is good by chance too. So what choosing gains is measured by five-fold cross-validation, each
fold with the weights that the other four choose; with less than one standard error gained, the first weights stay. No
weight is 0: words searched for and categories chosen speak through theirs, and held-out products do not show what those
are worth.
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
    """There is nothing to learn weights from; the text says what is missing."""


@dataclass(frozen=True, eq=False)
class Case:
    """parts: float64 [c, 4], of one shopper's candidates, rising by item; wanted: the place of the held-out product
    among them, -1 when it is none: no weights find it then."""

    parts: NDArray[np.float64]
    wanted: int


@dataclass(frozen=True, eq=False)
class HeldOut:
    """n shoppers as a ranking would know them, and int32 [n], the product held out of each one's past."""

    states: Sequence[ShopperState]
    items: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.states)


@dataclass(frozen=True)
class FittedWeights:
    """weights; start_ndcg, ndcg: NDCG@10 of the first weights and of these on the cases they were chosen by."""

    weights: Weights
    start_ndcg: float
    ndcg: float
    n_cases: int


@dataclass(frozen=True)
class Comparison:
    """NDCG@10 of lists as they are served, by two weights; difference: the second less the first, paired, 95 %."""

    first: float
    second: float
    difference: Interval
    n_cases: int


def cases_of(index: ServingIndex, held_out: HeldOut, *, progress: Callable[[float], None] | None = None) -> list[Case]:
    """Return the candidates of each shopper, with their parts, as a list for them would have them."""
    cases = []
    for number, (state, item) in enumerate(zip(held_out.states, held_out.items.tolist(), strict=True)):
        items, parts = parts_for_shopper(index, state, limit=K)
        places = np.flatnonzero(items == item)
        cases.append(Case(parts, int(places[0]) if places.size else -1))
        if progress:
            progress((number + 1) / len(held_out))
    return cases


def fit_weights(cases: Sequence[Case], *, start: Weights) -> FittedWeights:
    """Return the weights that order the candidates of n cases best; `start` unless others gain a standard error.

    Weights count by their ratios: `start` may have any sum. Raises WeightFittingError without cases.
    """
    if not cases:
        raise WeightFittingError("weights are learned from held-out products, there are none")
    first = start.as_array()
    others = simplex(STEPS)
    distances = np.linalg.norm(others - first / first.sum(), axis=1).round(9)
    choices, distances = np.vstack([first, others[distances > 0]]), np.append(0.0, distances[distances > 0])
    found = gains(cases, choices)  # [n, 1 + g]
    folds = np.arange(len(cases)) % FOLDS
    gained = np.zeros(len(cases))
    for fold in range(min(FOLDS, len(cases))):
        rest, own = found[folds != fold], found[folds == fold]
        gained[folds == fold] = own[:, _nearest_of_the_best(rest, distances)] - own[:, 0] if len(rest) else 0.0
    is_worth_it = gained.mean() > 0 and gained.mean() >= gained.std() / np.sqrt(len(cases))
    chosen = _nearest_of_the_best(found, distances) if is_worth_it else 0
    weights = start if chosen == 0 else Weights(*choices[chosen].round(2).tolist())
    return FittedWeights(weights, float(found[:, 0].mean()), float(found[:, chosen].mean()), len(cases))


def compare_weights(index: ServingIndex, held_out: HeldOut, first: Weights, second: Weights) -> Comparison:
    """Return how well two weights find n held-out products in lists of ten as they are served, diversity included."""
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
    known = [number for number, case in enumerate(cases) if case.wanted >= 0]
    for start in range(0, len(known), CASES_PER_BLOCK):
        block = known[start : start + CASES_PER_BLOCK]
        sizes = np.array([len(cases[number].parts) for number in block])
        starts = np.cumsum(sizes) - sizes
        wanted = np.array([cases[number].wanted for number in block])
        scores = np.concatenate([cases[number].parts for number in block]) @ choices.T
        own = np.repeat(scores[starts + wanted], sizes, axis=0)
        is_before = np.arange(sizes.sum()) < np.repeat(starts + wanted, sizes)
        ahead = (scores > own) | ((scores == own) & is_before[:, None])
        ranks = np.add.reduceat(ahead, starts, axis=0, dtype=np.int64)
        found[block] = metrics.ndcg_at_k(ranks, K)
    return found


def _nearest_of_the_best(found: NDArray[np.float64], distances: NDArray[np.float64]) -> int:
    """Return which of g weights, with gains [n, g], to take: of those as good as the best, the nearest, then better."""
    means = found.mean(axis=0)
    behind = found[:, [int(means.argmax())]] - found
    as_good = np.flatnonzero(behind.mean(axis=0) <= behind.std(axis=0) / np.sqrt(len(found)))
    return int(as_good[np.lexsort((-means[as_good], distances[as_good]))[0]])


def _served_gains(index: ServingIndex, held_out: HeldOut, weights: Weights) -> NDArray[np.float64]:
    ranks = np.full(len(held_out), K, np.int64)
    for number, (state, item) in enumerate(zip(held_out.states, held_out.items.tolist(), strict=True)):
        listed = [entry.item for entry in rank_for_you(index, state, weights, limit=K)]
        if item in listed:
            ranks[number] = listed.index(item)
    return metrics.ndcg_at_k(ranks, K)
