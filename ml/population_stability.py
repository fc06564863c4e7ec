"""Population stability index: the shift of a distribution.

Siddiqi, *Credit Risk Scorecards* (Wiley 2006), chapter 10: the sum over bins of (actual share - expected share) times
the logarithm of their ratio, which is the sum of the Kullback-Leibler divergences in both directions. The same source
gives the thresholds: below 0.10 a negligible shift, above 0.25 a different population.
"""

import numpy as np
from numpy.typing import NDArray

SMALL_SHIFT = 0.10
LARGE_SHIFT = 0.25
# Added to each count, so that a bin that is empty on one side does not make the index infinite.
PSEUDO_COUNT = 0.5


def population_stability_index(expected: NDArray[np.float64], actual: NDArray[np.float64]) -> float:
    """Return the index of two histograms over the same b bins, counts float64 [b] >= 0; 0 for equal shares.

    Raise ValueError for histograms of different lengths, without bins, or without counts.
    """
    if expected.shape != actual.shape or expected.ndim != 1 or not expected.size:
        raise ValueError(f"two histograms over the same bins are needed, got shapes {expected.shape}, {actual.shape}")
    if expected.sum() <= 0 or actual.sum() <= 0:
        raise ValueError("a histogram in which nothing was counted cannot be compared")
    before, now = _shares(expected), _shares(actual)
    return float(np.sum((now - before) * np.log(now / before)))


def _shares(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    smoothed = counts + PSEUDO_COUNT
    return np.asarray(smoothed / smoothed.sum(), dtype=np.float64)
