"""Generated interactions with a known truth: every user has one taste and mostly touches items of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.interactions import Interactions

TASTES = 20
OWN_TASTE = 0.8
EVENTS_PER_USER = 10
SMALLEST = 2_000  # interactions; with fewer the cells of the own taste would be full


@dataclass(frozen=True, eq=False)
class PlantedSet:
    """user_taste, item_taste: int64 [n_users] and [n_items], 0 to TASTES - 1."""

    interactions: Interactions
    user_taste: NDArray[np.int64]
    item_taste: NDArray[np.int64]


def planted_set(n_interactions: int, *, seed: int = 0) -> PlantedSet:
    """Return n different pairs of n / 10 users and n / 10 items, in random order.

    An event is of the user's own taste with probability 0.8, else of any; within a taste the item of popularity rank r
    is drawn with a density falling as 1 / sqrt(r), so some are far more popular than others.
    """
    if n_interactions < SMALLEST:
        raise ValueError(f"{n_interactions} interactions asked for, expected at least {SMALLEST}")
    rng = np.random.default_rng(seed)
    n_users = n_items = n_interactions // EVENTS_PER_USER
    user_taste = rng.integers(0, TASTES, n_users)
    item_taste = np.arange(n_items) % TASTES
    pairs = np.zeros(0, dtype=np.int64)
    while pairs.size < n_interactions:
        users = rng.integers(0, n_users, n_interactions)
        is_own = rng.random(n_interactions) < OWN_TASTE
        tastes = np.where(is_own, user_taste[users], rng.integers(0, TASTES, n_interactions))
        rank = (n_items // TASTES * rng.random(n_interactions) ** 2).astype(np.int64)
        pairs = np.union1d(pairs, users * n_items + rank * TASTES + tastes)
    pairs = rng.permutation(pairs)[:n_interactions]
    interactions = Interactions(
        (pairs // n_items).astype(np.int32),
        (pairs % n_items).astype(np.int32),
        np.ones(n_interactions, np.float32),
        None,
        n_users,
        n_items,
    )
    return PlantedSet(interactions, user_taste, item_taste)


def own_taste_share(lists: NDArray[np.int32], users: NDArray[np.int32], planted: PlantedSet) -> float:
    """Return the share of the items in lists (int32 [b, k], -1 padding) of b users that are of the user's own taste.

    By chance it is 1 / TASTES; a model that found the truth comes near 1.
    """
    shown = lists >= 0
    is_own = planted.item_taste[np.maximum(lists, 0)] == planted.user_taste[users][:, None]
    return float(is_own[shown].mean()) if shown.any() else 0.0
