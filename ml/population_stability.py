"""How far the make-up of a population has moved: the population stability index.

Siddiqi, *Credit Risk Scorecards* (Wiley 2006), chapter 10: the sum over bins of (actual share - expected share) times
the logarithm of their ratio, which is the Kullback-Leibler divergence in both directions added up. The same source
gives the thresholds: below 0.10 nothing to speak of, above 0.25 another population.
"""

import numpy as np
from numpy.typing import NDArray

SMALL_SHIFT = 0.10
LARGE_SHIFT = 0.25
# Added to each count, so that a bin that is empty on one side gives a large figure instead of an infinite one.
PSEUDO_COUNT = 0.5


def population_stability_index(expected: NDArray[np.float64], actual: NDArray[np.float64]) -> float:
    """Return the index of two histograms over the same b bins, counts float64 [b] of 0 or more; 0 when they are alike.

    Raises ValueError for histograms of different lengths, without bins, or without anything counted.
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
