"""Checks of a version on disk before it may serve."""

import math

import numpy as np

from ml.artifact import ArtifactError
from ml.interactions import Interactions
from ml.metrics import personalisation
from ml.ranking import (
    RankedItem,
    ShopperState,
    Weights,
    rank_complementary,
    rank_for_you,
    rank_similar,
    rank_trending,
    shopper_vector,
)
from ml.serving_index import ServingIndex
from recommendations.versions import artifact_store
from recommendations.versions.opening import read_index

SHOPPERS_TRIED = 20
PRODUCTS_TRIED = 5
LENGTH = 10
# The model's own lists for these many shoppers are compared; below the floor they are too much alike.
SHOPPERS_COMPARED, LEAST_SHOPPERS = 50, 5
PERSONALISATION_FLOOR = 0.05


class CheckFailed(ValueError):
    """The version must not serve; the message says what is wrong with it."""


def check_version(version: str, interactions: Interactions) -> None:
    """Open a version as the web process will, and compute a list of every intent; raise CheckFailed.

    Lists are computed for shoppers it was trained on, a new one, one who touched only unknown products, and products.
    """
    try:
        served = read_index(artifact_store.open_version(version))
        served.index.check_values()
    except (ArtifactError, ValueError) as error:
        raise CheckFailed(f"the files are not usable: {error}") from error
    rows = interactions.to_csr()
    for user in _spread_over(interactions.n_users, SHOPPERS_TRIED):
        row = slice(rows.indptr[user], rows.indptr[user + 1])
        _check_shopper(served.index, rows.indices[row].astype(np.int32), rows.data[row])
    for item in _spread_over(served.index.n_items, PRODUCTS_TRIED):
        ranked = rank_similar(served.index, item, Weights(), limit=LENGTH)
        expected = min(LENGTH, served.index.n_items - 1)
        _check_list(ranked, barred={item}, expected=expected, of=f"like product {item}")
        ranked = rank_complementary(served.index, np.array([item], np.int32), limit=LENGTH)
        _check_list(ranked, barred={item}, expected=expected, of=f"to go with product {item}")
    unknown, weight = np.array([-1, served.index.n_items], np.int32), np.ones(2, np.float32)
    _check_shopper(served.index, unknown[:0], weight[:0])
    _check_shopper(served.index, unknown, weight)
    ranked = rank_trending(served.index, limit=LENGTH)
    _check_list(ranked, barred=set(), expected=min(LENGTH, served.index.n_items), of="that trend")


def doubt_about(index: ServingIndex, interactions: Interactions) -> str:
    """Return why a working version should not be promoted unseen, for people; an empty text when all is well.

    Compare the products that the vectors alone rank first for 50 shoppers: a tenth of the catalogue, at most ten each.
    When less than 5 % of them differ from shopper to shopper, the vectors have collapsed. There is no doubt with fewer
    than five different histories, or without a model.
    """
    rows = interactions.to_csr()
    users = _spread_over(interactions.n_users, SHOPPERS_COMPARED)
    histories = {rows.indices[rows.indptr[user] : rows.indptr[user + 1]].tobytes() for user in users}
    if index.user_tower.n_items != rows.shape[1] or len(histories) < LEAST_SHOPPERS:
        return ""
    count = max(min(LENGTH, index.n_base // 10), 1)
    vectors = index.user_tower.vectors(rows[users, :])
    lists = [np.argpartition(-(index.item_vectors @ vector), count - 1)[:count] for vector in vectors]
    rate = personalisation(np.array(lists, np.int32), index.n_base)
    if rate >= PERSONALISATION_FLOOR:
        return ""
    return (
        f"Held back: the first {count} products for {len(users)} shoppers differ by only {rate:.1%}, expected at least "
        f"{PERSONALISATION_FLOOR:.0%}: it recommends the same to everybody."
    )


def _check_shopper(index: ServingIndex, items: np.ndarray, weights: np.ndarray) -> None:
    vector = shopper_vector(index, items, weights)
    if not np.isfinite(vector).all():
        raise CheckFailed("a shopper's vector is not finite")
    state = ShopperState(vector=vector, recent=items, recent_weights=weights, excluded=items)
    expected = min(LENGTH, index.n_items - int(((items >= 0) & (items < index.n_items)).sum()))
    _check_list(
        rank_for_you(index, state, Weights(), limit=LENGTH),
        barred=set(items.tolist()),
        expected=expected,
        of="for a shopper",
    )


def _check_list(ranked: list[RankedItem], *, barred: set[int], expected: int, of: str) -> None:
    items = [entry.item for entry in ranked]
    if len(items) < expected:
        raise CheckFailed(f"{len(items)} products came {of}, expected {expected}")
    if len(set(items)) < len(items) or barred.intersection(items):
        raise CheckFailed(f"a list {of} holds a product twice, or one that was excluded")
    if not all(math.isfinite(entry.score) for entry in ranked):
        raise CheckFailed(f"a list {of} holds a score that is not finite")


def _spread_over(count: int, most: int) -> list[int]:
    """Return up to `most` numbers below count, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(int)).tolist() if count else []
