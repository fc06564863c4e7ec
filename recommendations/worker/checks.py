"""What a version must prove on disk before it may serve."""

import math

import numpy as np

from ml.artifact import ArtifactError
from ml.interactions import Interactions
from ml.ranking import RankedItem, ShopperState, Weights, rank_for_you, rank_similar, shopper_vector
from ml.serving_index import ServingIndex
from recommendations import artifact_store
from recommendations.serving import read_index

SHOPPERS_TRIED = 20
PRODUCTS_TRIED = 5
LENGTH = 10


class CheckFailed(Exception):
    """The version must not serve; the text says what it did wrong."""


def check_version(version: str, interactions: Interactions) -> None:
    """Open a version as the web process will, and rank with it for some shoppers and products; raises CheckFailed."""
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
        _check_list(ranked, barred={item}, expected=min(LENGTH, served.index.n_items - 1), asked=f"like product {item}")


def _check_shopper(index: ServingIndex, items: np.ndarray, weights: np.ndarray) -> None:
    vector = shopper_vector(index, items, weights)
    if not np.isfinite(vector).all():
        raise CheckFailed("a shopper's vector is not finite")
    state = ShopperState(vector=vector, recent=items, recent_weights=weights, excluded=items)
    expected = min(LENGTH, index.n_items - items.size)
    _check_list(
        rank_for_you(index, state, Weights(), limit=LENGTH),
        barred=set(items.tolist()),
        expected=expected,
        asked="for a shopper",
    )


def _check_list(ranked: list[RankedItem], *, barred: set[int], expected: int, asked: str) -> None:
    items = [entry.item for entry in ranked]
    if len(items) < expected:
        raise CheckFailed(f"{len(items)} products came {asked}, expected {expected}")
    if len(set(items)) < len(items) or barred.intersection(items):
        raise CheckFailed(f"a list {asked} holds a product twice, or one that was excluded")
    if not all(math.isfinite(entry.score) for entry in ranked):
        raise CheckFailed(f"a list {asked} holds a score that is not finite")


def _spread_over(count: int, most: int) -> list[int]:
    """Return up to `most` numbers below count, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(most, count)).astype(int)).tolist() if count else []
