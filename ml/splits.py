"""Splits of interactions into train and test. No pair of user and item is on both sides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.interactions import Interactions


class SplitError(ValueError):
    """The interactions cannot be split, or a given split leaks."""


@dataclass(frozen=True)
class Split:
    """Two disjoint parts that share users' and items' indices. Raise SplitError when a pair is in both."""

    train: Interactions
    test: Interactions

    def __post_init__(self) -> None:
        refuse_overlap(self.train, self.test)


def refuse_overlap(train: Interactions, test: Interactions) -> None:
    """Raise SplitError, naming the first pair, when a test pair also occurs in train."""
    if (train.n_users, train.n_items) != (test.n_users, test.n_items):
        raise SplitError(
            f"train has {train.n_users} users x {train.n_items} items, test {test.n_users} x {test.n_items}"
        )
    shared = np.flatnonzero(np.isin(_pairs(test), _pairs(train)))
    if shared.size:
        first = shared[0]
        raise SplitError(
            f"{shared.size} of {len(test)} test rows are in train too, the first at test row {first}: "
            f"user {test.users[first]}, item {test.items[first]}; remove them from one side"
        )


def leave_one_out(interactions: Interactions, *, seed: int = 0) -> Split:
    """Hold out one item, with all its repetitions, of every user with at least two different items.

    It is the item with the latest first interaction, or without timestamps a uniformly random one. Test holds one row
    per such user (the first of the pair), in order of users.
    """
    pairs, first, pair_of_row = np.unique(_pairs(interactions), return_index=True, return_inverse=True)
    users = (pairs // max(interactions.n_items, 1)).astype(np.int64)
    order_within_user = np.random.default_rng(seed).random(pairs.size)
    if interactions.timestamps is not None:
        earliest = np.full(pairs.size, np.inf)
        np.minimum.at(earliest, pair_of_row, interactions.timestamps)
        ranked = np.lexsort((order_within_user, earliest, users))
    else:
        ranked = np.lexsort((order_within_user, users))
    ends = np.flatnonzero(np.diff(users[ranked], append=-1))
    has_another = np.bincount(users, minlength=interactions.n_users)[users[ranked[ends]]] >= 2
    held_out = ranked[ends[has_another]]
    is_train = np.ones(pairs.size, dtype=bool)
    is_train[held_out] = False
    return Split(interactions.select(is_train[pair_of_row]), interactions.select(first[held_out]))


def random_split(interactions: Interactions, *, test_fraction: float = 0.2, seed: int = 0) -> Split:
    """Put a random share of the different pairs, with all their repetitions, into test."""
    _refuse_fraction(test_fraction)
    pairs, pair_of_row = np.unique(_pairs(interactions), return_inverse=True)
    is_test = np.zeros(pairs.size, dtype=bool)
    is_test[np.random.default_rng(seed).permutation(pairs.size)[: round(test_fraction * pairs.size)]] = True
    mask = is_test[pair_of_row]
    return Split(interactions.select(~mask), interactions.select(mask))


def temporal_split(interactions: Interactions, *, test_fraction: float = 0.2) -> Split:
    """Put all rows after a time into test, except pairs that are in train.

    At least 1 - test_fraction of the rows lie up to that time; rows of equal time stay together, so that test may be
    smaller than requested.
    """
    _refuse_fraction(test_fraction)
    if interactions.timestamps is None:
        raise SplitError("a temporal split needs timestamps, these interactions have none")
    n_train = len(interactions) - round(test_fraction * len(interactions))
    if n_train <= 0:
        return Split(interactions.select(np.zeros(len(interactions), dtype=bool)), interactions)
    last_in_train = np.partition(interactions.timestamps, n_train - 1)[n_train - 1]
    is_train = interactions.timestamps <= last_in_train
    train = interactions.select(is_train)
    is_test = ~is_train & ~np.isin(_pairs(interactions), _pairs(train))
    return Split(train, interactions.select(is_test))


def _pairs(interactions: Interactions) -> NDArray[np.int64]:
    """Return one number per row, equal exactly where user and item are, int64 [n]."""
    return interactions.users.astype(np.int64) * max(interactions.n_items, 1) + interactions.items


def _refuse_fraction(test_fraction: float) -> None:
    if not 0.0 < test_fraction < 1.0:
        raise SplitError(f"test_fraction is {test_fraction}, expected a number between 0 and 1")
