"""Popularity and trending scores of products."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def popularity_scores(
    star_sums: NDArray[np.floating[Any]], event_weights: NDArray[np.floating[Any]]
) -> NDArray[np.float32]:
    """Return the popularity of n items, float32 [n] in [0, 1]: log(1 + stars + decayed event weights) / the largest.

    star_sums: float [n] >= 0, number of ratings x mean rating; event_weights: float [n] >= 0.
    """
    return _over_largest(np.log1p(_counts("star_sums", star_sums) + _counts("event_weights", event_weights)))


def popularity_scale(star_sums: NDArray[np.floating[Any]], event_weights: NDArray[np.floating[Any]]) -> float:
    """Return ln(1 + stars + decayed event weights) of the most popular item; 1 without any."""
    counts = _counts("star_sums", star_sums) + _counts("event_weights", event_weights)
    return float(np.log1p(counts.max(initial=0.0))) or 1.0


def trending_scores(event_weights: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Return the trending scores of n items, float32 [n] in [0, 1]: event weights decayed over days / the largest."""
    return _over_largest(_counts("event_weights", event_weights))


def _counts(name: str, values: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    if not (np.isfinite(values) & (values >= 0)).all():
        raise ValueError(f"{name} must be finite and >= 0")
    return values.astype(np.float64)


def _over_largest(values: NDArray[np.float64]) -> NDArray[np.float32]:
    top = values.max(initial=0.0)
    return (values / top if top > 0 else values).astype(np.float32)
