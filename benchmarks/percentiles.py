"""Percentiles of measured times."""

from collections.abc import Sequence


def percentile(seconds: Sequence[float], share: int) -> float | None:
    """Return the nearest-rank percentile in milliseconds; None of nothing."""
    ordered = sorted(seconds)
    return round(1000 * ordered[max(-(-share * len(ordered) // 100) - 1, 0)], 1) if ordered else None
