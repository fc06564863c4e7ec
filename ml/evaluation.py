"""Evaluation of recommenders: leave-one-out with sampled negatives, and lists over the whole catalogue.

Protocol: He et al., "Neural Collaborative Filtering", WWW 2017, section 4.1, with ties counted against the model and
items that never occur in train scored last. Whole lists are evaluated too, because sampled metrics can mislead
(Krichene & Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml import metrics
from ml.interactions import CSR, Interactions
from ml.splits import refuse_overlap

MOST_USERS_PER_BATCH = 256
SCORES_PER_BATCH = 10_000_000
RESAMPLES_PER_BATCH = 100
# Name: smallest and largest number of training events, inclusive.
SLICES = {"0": (0, 0), "1_to_5": (1, 5), "6_to_20": (6, 20), "21_up": (21, np.iinfo(np.int64).max)}


class EvaluationError(ValueError):
    """The cases cannot be evaluated; the message names the first such case."""


class Scorer(Protocol):
    """Protocol of a fitted recommender that can be evaluated."""

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...

    def recommend(
        self, rows: CSR, k: int, *, exclude_seen: bool = True, users: NDArray[np.int32] | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]: ...


@dataclass(frozen=True, eq=False)
class RankingCases:
    """n held-out pairs, each to be ranked among its negatives.

    users, positives: int32 [n]; negatives: int32 [n, m], -1 padding. Raise EvaluationError when a positive is among its
    negatives.
    """

    users: NDArray[np.int32]
    positives: NDArray[np.int32]
    negatives: NDArray[np.int32]

    def __post_init__(self) -> None:
        n_cases = self.users.shape[0]
        if self.positives.shape != (n_cases,) or self.negatives.ndim != 2 or self.negatives.shape[0] != n_cases:
            raise EvaluationError(
                f"expected users [n], positives [n], negatives [n, m], got {self.users.shape}, "
                f"{self.positives.shape}, {self.negatives.shape}"
            )
        same = np.flatnonzero((self.negatives == self.positives[:, None]).any(axis=1))
        if same.size:
            raise EvaluationError(f"case {same[0]}: item {self.positives[same[0]]} is positive and negative")

    def __len__(self) -> int:
        return int(self.users.shape[0])


@dataclass(frozen=True, eq=False)
class RankingResult:
    """Ranks, int64 [n], 0 is best; user_events, item_events: int64 [n], number of different items of the case's user
    and of different users of its item in train."""

    ranks: NDArray[np.int64]
    user_events: NDArray[np.int64]
    item_events: NDArray[np.int64]

    @property
    def warm(self) -> NDArray[np.bool_]:
        """Whether the case's user and item both occur in train, bool [n]."""
        return np.asarray((self.user_events > 0) & (self.item_events > 0))

    def summary(self, k: int = 10) -> dict[str, float]:
        """Return HR and NDCG at k over all, warm and cold cases (NaN for none), and the MRR."""
        hits, gains = metrics.hit_rate_at_k(self.ranks, k), metrics.ndcg_at_k(self.ranks, k)
        return {
            f"hr_at_{k}": _mean(hits),
            f"ndcg_at_{k}": _mean(gains),
            f"hr_at_{k}_warm": _mean(hits[self.warm]),
            f"ndcg_at_{k}_warm": _mean(gains[self.warm]),
            f"hr_at_{k}_cold": _mean(hits[~self.warm]),
            "mrr": _mean(metrics.reciprocal_rank(self.ranks)),
        }

    def slices(self, k: int = 10) -> dict[str, float]:
        """Return HR and NDCG at k by the number of training events of the case's user, and of its item (see SLICES).

        Keys like hr_at_10_users_1_to_5 and, for the number of cases, n_cases_users_1_to_5; NaN for none.
        """
        hits, gains = metrics.hit_rate_at_k(self.ranks, k), metrics.ndcg_at_k(self.ranks, k)
        figures: dict[str, float] = {}
        for side, events in (("users", self.user_events), ("items", self.item_events)):
            for name, chosen in slices_of(events).items():
                figures[f"n_cases_{side}_{name}"] = int(chosen.sum())
                figures[f"hr_at_{k}_{side}_{name}"] = _mean(hits[chosen])
                figures[f"ndcg_at_{k}_{side}_{name}"] = _mean(gains[chosen])
        return figures


@dataclass(frozen=True)
class Interval:
    """A mean with the bounds of its bootstrap interval."""

    mean: float
    low: float
    high: float


def slices_of(events: NDArray[np.int64]) -> dict[str, NDArray[np.bool_]]:
    """Return the mask, bool [n], of each of SLICES from the training events of n users or items, int64 [n]."""
    return {name: (events >= fewest) & (events <= most) for name, (fewest, most) in SLICES.items()}


def sample_negatives(train: Interactions, test: Interactions, n_negatives: int = 99, *, seed: int = 0) -> RankingCases:
    """Return one case per test row, with negatives drawn uniformly from the items without interaction of that user.

    A user with fewer such items gets all of them.
    """
    refuse_overlap(train, test)
    rng = np.random.default_rng(seed)
    known, held_out = train.to_csr(), test.to_csr()
    negatives = np.full((len(test), n_negatives), -1, dtype=np.int32)
    for case, user in enumerate(test.users):
        own = [part.indices[part.indptr[user] : part.indptr[user + 1]] for part in (known, held_out)]
        others = np.setdiff1d(np.arange(train.n_items, dtype=np.int32), np.concatenate(own))
        drawn = rng.permutation(others)[:n_negatives]
        negatives[case, : drawn.size] = drawn
    return RankingCases(test.users, test.items, negatives)


def evaluate_ranking(scorer: Scorer, train: Interactions, cases: RankingCases) -> RankingResult:
    """Return the rank of each case's positive among its negatives.

    Items that never occur in train score last and ties count against the model, so a cold positive never hits without
    content: otherwise a model would gain by placing unknown items in the middle. Raise SplitError for cases in train.
    """
    refuse_overlap(
        train,
        Interactions(cases.users, cases.positives, np.ones(len(cases), np.float32), None, train.n_users, train.n_items),
    )
    matrix = train.to_csr()
    user_events, item_events = _events(matrix)
    seen_items = item_events > 0
    ranks = np.zeros(len(cases), dtype=np.int64)
    for batch in _batches(len(cases), train.n_items):
        users, negatives = cases.users[batch], cases.negatives[batch]
        scores = np.where(seen_items, scorer.scores(matrix[users, :], users), -np.inf)
        positive_scores = np.take_along_axis(scores, cases.positives[batch][:, None].astype(np.int64), axis=1)[:, 0]
        negative_scores = np.take_along_axis(scores, np.maximum(negatives, 0).astype(np.int64), axis=1)
        ranks[batch] = metrics.ranks_of(positive_scores, np.where(negatives >= 0, negative_scores, np.nan))
    return RankingResult(ranks, user_events[cases.users], item_events[cases.positives])


def evaluate_lists(
    scorer: Scorer,
    train: Interactions,
    test: Interactions,
    k: int = 20,
    *,
    most_users: int | None = None,
    seed: int = 0,
) -> dict[str, float]:
    """Return metrics of lists of k over the whole catalogue, without the items that users have in train.

    - Means over users with test items, or over `most_users` of them drawn with the seed: ndcg_at_K_full,
      recall_at_K_full, hr_at_K_full, mrr_at_K_full, novelty_at_K in bits, and ndcg_at_K_full_users_1_to_5 and so on by
      training events (NaN for none);
    - of all lists together: coverage_at_K, personalisation_at_K, gini_at_K;
    - n_list_users: number of users.

    Memory: one batch of scores, and k numbers per user.
    """
    refuse_overlap(train, test)
    matrix, relevant = train.to_csr(), test.to_csr()
    users = np.flatnonzero(np.diff(relevant.indptr)).astype(np.int32)
    if most_users is not None and users.size > most_users:
        users = np.sort(np.random.default_rng(seed).choice(users, most_users, replace=False))
    lists = np.full((users.size, k), -1, dtype=np.int32)
    for batch in _batches(users.size, train.n_items):
        lists[batch] = scorer.recommend(matrix[users[batch], :], k, users=users[batch])[0]
    targets = relevant[users, :]
    user_events, item_events = _events(matrix)
    gains = metrics.list_ndcg_at_k(lists, targets, k)
    figures = {
        f"ndcg_at_{k}_full": _mean(gains),
        f"recall_at_{k}_full": _mean(metrics.list_recall_at_k(lists, targets, k)),
        f"hr_at_{k}_full": _mean(metrics.list_hit_rate_at_k(lists, targets, k)),
        f"mrr_at_{k}_full": _mean(metrics.list_reciprocal_rank(lists, targets, k)),
        f"coverage_at_{k}": metrics.coverage(lists, train.n_items),
        f"novelty_at_{k}": _mean(metrics.novelty(lists, item_events, int(np.count_nonzero(user_events)))),
        f"personalisation_at_{k}": metrics.personalisation(lists, train.n_items),
        f"gini_at_{k}": metrics.exposure_gini(lists, train.n_items),
        "n_list_users": int(users.size),
    }
    for name, chosen in slices_of(user_events[users]).items():
        figures[f"ndcg_at_{k}_full_users_{name}"] = _mean(gains[chosen])
    return figures


def bootstrap_interval(
    values: NDArray[np.float64], *, level: float = 0.95, n_resamples: int = 2000, seed: int = 0
) -> Interval:
    """Return the percentile bootstrap interval of the mean of values [n], one per case.

    For two models give the differences of their values on the same cases: the paired interval.
    """
    if values.ndim != 1 or not values.size or np.isnan(values).any():
        raise EvaluationError(f"expected numbers [n] without NaN, at least one, got shape {values.shape}")
    rng = np.random.default_rng(seed)
    means = np.concatenate(
        [
            values[rng.integers(0, values.size, (RESAMPLES_PER_BATCH, values.size))].mean(axis=1)
            for _ in range(-(-n_resamples // RESAMPLES_PER_BATCH))
        ]
    )
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(values.mean()), float(low), float(high))


def _events(matrix: CSR) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the number of different items of each user, int64 [n_users], and of users of each item, [n_items]."""
    of_item = np.bincount(matrix.indices, minlength=matrix.shape[1])
    return np.diff(matrix.indptr).astype(np.int64), of_item.astype(np.int64)


def _batches(n_rows: int, n_items: int) -> Iterator[slice]:
    """Yield slices of rows whose batch of scores stays below SCORES_PER_BATCH."""
    size = min(MOST_USERS_PER_BATCH, max(SCORES_PER_BATCH // max(n_items, 1), 1))
    return (slice(start, min(start + size, n_rows)) for start in range(0, n_rows, size))


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else float("nan")
