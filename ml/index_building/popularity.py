"""How popular products are, and how much they trend."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def decayed_weights(
    items: NDArray[np.integer[Any]],
    weights: NDArray[np.floating[Any]],
    ages_days: NDArray[np.floating[Any]],
    n_items: int,
    *,
    half_life_days: float | NDArray[np.floating[Any]],
) -> NDArray[np.float64]:
    """Return the summed weights of e events per item, float64 [n_items]; an event's weight halves every half-life.

    items: int [e]; weights: float [e] >= 0; ages_days: float [e], of the future counted as 0; half_life_days: > 0, one
    or one per event. Sums of parts of a log may be added up. ValueError for shapes or values that do not fit.
    """
    if not items.shape == weights.shape == ages_days.shape or items.ndim != 1:
        raise ValueError(f"expected items, weights, ages [e], got {items.shape}, {weights.shape}, {ages_days.shape}")
    if items.size and not 0 <= items.min() <= items.max() < n_items:
        raise ValueError(f"items are {items.min()} to {items.max()}, expected 0 to {n_items - 1}")
    if not np.all(np.asarray(half_life_days) > 0):
        raise ValueError(f"half_life_days is {half_life_days}, expected above 0")
    faded = weights * np.exp2(-np.maximum(ages_days, 0.0) / half_life_days)
    return np.bincount(items, weights=faded, minlength=n_items).astype(np.float64, copy=False)


def popularity_scores(
    star_sums: NDArray[np.floating[Any]], event_weights: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    """Return the popularity of n items, float32 [n] in [0, 1]: log(1 + stars + decayed event weights) / the largest.

    star_sums: float [n] >= 0, the sum of all stars an item got (number of ratings x mean rating); event_weights: float
    [n] >= 0.
    """
    return _over_largest(np.log1p(_counts("star_sums", star_sums) + _counts("event_weights", event_weights)))


def trending_scores(event_weights: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return how much n items trend, float32 [n] in [0, 1]: event weights decayed over days, / the largest."""
    return _over_largest(_counts("event_weights", event_weights))


def _counts(name: str, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError(f"{name} must be finite and >= 0")
    return values.astype(np.float64)


def _over_largest(values: NDArray[np.float64]) -> NDArray[np.float32]:
    top = values.max(initial=0.0)
    return (values / top if top > 0 else values).astype(np.float32)
