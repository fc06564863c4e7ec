"""Evaluation of anything that scores items from users' rows: leave-one-out with given negatives, and whole lists.

Protocol: He et al., "Neural Collaborative Filtering", WWW 2017, section 4.1, with ties counted against the model and
items that never occur in train scored last. Whole lists beside it, because sampled metrics can mislead
(Krichene & Rendle, "On Sampled Metrics for Item Recommendation", KDD 2020).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml import metrics
from ml.interactions import CSR, Interactions
from ml.splits import refuse_overlap

USERS_PER_BATCH = 256
RESAMPLES_PER_BATCH = 100


class EvaluationError(ValueError):
    """The cases cannot be evaluated; the text says which one and why."""


class Scorer(Protocol):
    """What evaluation needs of a fitted recommender."""

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...

    def recommend(
        self, rows: CSR, k: int, *, exclude_seen: bool = True, users: NDArray[np.int32] | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]: ...


@dataclass(frozen=True, eq=False)
class RankingCases:
    """n held-out pairs, each to be ranked among its negatives.

    users, positives: int32 [n]; negatives: int32 [n, m], -1 where a case has fewer. A negative must not be the
    case's positive. Raises EvaluationError.
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
    """ranks: int64 [n], 0 is best; warm: bool [n], whether train knows the case's user and item."""

    ranks: NDArray[np.int64]
    warm: NDArray[np.bool_]

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


@dataclass(frozen=True)
class Interval:
    """A mean with the bounds of its bootstrap interval."""

    mean: float
    low: float
    high: float


def sample_negatives(train: Interactions, test: Interactions, n_negatives: int = 99, *, seed: int = 0) -> RankingCases:
    """Return one case per test row with negatives drawn uniformly from the items neither side has for that user.

    A user with fewer such items gets them all.
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

    Items that never occur in train score last, ties against the model, so without content a cold positive never hits:
    otherwise a model would gain by putting what it knows nothing of in the middle. Refuses cases that train knows.
    """
    refuse_overlap(
        train,
        Interactions(cases.users, cases.positives, np.ones(len(cases), np.float32), None, train.n_users, train.n_items),
    )
    matrix = train.to_csr()
    seen_items = np.bincount(matrix.indices, minlength=train.n_items) > 0
    seen_users = np.diff(matrix.indptr) > 0
    ranks = np.zeros(len(cases), dtype=np.int64)
    for start in range(0, len(cases), USERS_PER_BATCH):
        batch = slice(start, start + USERS_PER_BATCH)
        users, negatives = cases.users[batch], cases.negatives[batch]
        scores = np.where(seen_items, scorer.scores(matrix[users, :], users), -np.inf)
        positive_scores = np.take_along_axis(scores, cases.positives[batch][:, None].astype(np.int64), axis=1)[:, 0]
        negative_scores = np.take_along_axis(scores, np.maximum(negatives, 0).astype(np.int64), axis=1)
        ranks[batch] = metrics.ranks_of(positive_scores, np.where(negatives >= 0, negative_scores, np.nan))
    return RankingResult(ranks, seen_items[cases.positives] & seen_users[cases.users])


def evaluate_lists(scorer: Scorer, train: Interactions, test: Interactions, k: int = 20) -> dict[str, float]:
    """Return NDCG@k, Recall@k over the whole catalogue without what train has, and coverage by the lists of k.

    Means are over the users who have test items; the keys are ndcg_at_K_full, recall_at_K_full, coverage_at_K.
    """
    refuse_overlap(train, test)
    matrix, relevant = train.to_csr(), test.to_csr()
    users = np.flatnonzero(np.diff(relevant.indptr)).astype(np.int32)
    lists = np.full((users.size, k), -1, dtype=np.int32)
    for start in range(0, users.size, USERS_PER_BATCH):
        batch = users[start : start + USERS_PER_BATCH]
        lists[start : start + USERS_PER_BATCH] = scorer.recommend(matrix[batch, :], k, users=batch)[0]
    wanted = relevant[users, :]
    return {
        f"ndcg_at_{k}_full": _mean(metrics.list_ndcg_at_k(lists, wanted, k)),
        f"recall_at_{k}_full": _mean(metrics.list_recall_at_k(lists, wanted, k)),
        f"coverage_at_{k}": metrics.coverage(lists, train.n_items),
    }


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


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else float("nan")
