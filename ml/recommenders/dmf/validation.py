"""Validation items of DMF: held out of its training data and ranked among sampled ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml.evaluation import RankingCases, sample_negatives
from ml.interactions import CSR, Interactions
from ml.item_recency import item_recency
from ml.metrics import ndcg_at_k, ranks_of
from ml.splits import leave_one_out
from ml.user_tower import UserTower

MOST_HELD_OUT = 5_000
NEGATIVES = 99
USERS_PER_BATCH = 256
Option = TypeVar("Option")


def best_option(options: Iterable[Option], gains: Callable[[Option], NDArray[np.float64]], usual: Option) -> Option:
    """Return the option with the highest mean of gains, float64 [n], one per case, if it beats the usual option by more
    than one standard error of the difference, otherwise the usual one.

    Breiman et al., "Classification and Regression Trees", 1984, section 3.4.3.
    """
    without = gains(usual)
    best, most = usual, 0.0
    for option in options:
        more = gains(option) - without
        if more.size and more.mean() > max(most, float(more.std()) / np.sqrt(more.size)):
            best, most = option, float(more.mean())
    return best


@dataclass(frozen=True, eq=False)
class Validation:
    """Training rows without the held-out items, csr [n_users, n_items], one case each of at most 5,000 users, and the
    recency of items in train, float32 [n_items]."""

    train: CSR
    cases: RankingCases
    recency: NDArray[np.float32]

    @classmethod
    def cut(cls, interactions: Interactions, *, seed: int) -> Self | None:
        """Hold out the latest item (without timestamps a random one) of at most 5,000 users; None when no user has two
        items or train would be empty."""
        split = leave_one_out(interactions, seed=seed)
        held_out = split.test
        if len(held_out) > MOST_HELD_OUT:
            chosen = np.random.default_rng(seed).choice(len(held_out), MOST_HELD_OUT, replace=False)
            held_out = held_out.select(np.sort(chosen))
        if not len(held_out):
            return None
        pairs, withheld = (
            part.users.astype(np.int64) * interactions.n_items + part.items for part in (interactions, held_out)
        )
        train = interactions.select(~np.isin(pairs, withheld))
        if not len(train):
            return None
        matrix = train.to_csr()
        known = np.bincount(matrix.indices, minlength=matrix.shape[1]) > 0
        usable = held_out.select(known[held_out.items])
        return cls(matrix, sample_negatives(train, usable, NEGATIVES, seed=seed), item_recency(train))

    def ndcg(self, tower: UserTower, item_vectors: NDArray[np.float32]) -> float:
        """Return the mean NDCG@10 of the cases; 0 when there are none."""
        every = self.gains(tower, item_vectors)
        return float(every.mean()) if every.size else 0.0

    def gains(self, tower: UserTower, item_vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the NDCG@10 of each case, float64 [n]."""
        gains = [np.zeros(0)]
        for start in range(0, len(self.cases), USERS_PER_BATCH):
            batch = slice(start, start + USERS_PER_BATCH)
            vectors = tower.vectors(self.train[self.cases.users[batch]])
            negatives = self.cases.negatives[batch]
            positive = np.einsum("bd,bd->b", vectors, item_vectors[self.cases.positives[batch]])
            others = np.einsum("bd,bmd->bm", vectors, item_vectors[negatives], optimize=True)
            gains.append(ndcg_at_k(ranks_of(positive, np.where(negatives >= 0, others, np.nan)), 10))
        return np.concatenate(gains)
