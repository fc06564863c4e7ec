"""Percentiles of measured times."""

from collections.abc import Sequence

import numpy as np


def percentile(seconds: Sequence[float], share: int) -> float | None:
    """Return the nearest-rank percentile in milliseconds; None for no times."""
    if not len(seconds):
        return None
    return round(1000 * float(np.percentile(seconds, share, method="inverted_cdf")), 1)
