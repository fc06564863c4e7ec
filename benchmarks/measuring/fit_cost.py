"""Cost of a fit: time, and memory of the process it runs in."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from benchmarks.measuring.own_process import peak_rss_mib

Fitted = TypeVar("Fitted")
RESET_PEAK = "5"  # proc(5), /proc/pid/clear_refs: the peak becomes what is resident now


@dataclass(frozen=True)
class FitCost:
    """Time and memory of a fit.

    - fit_seconds: wall clock.
    - fit_cpu_seconds: of all threads; a busy machine disturbs it less.
    - peak_rss_mib: largest resident memory of the process so far, with data and libraries.
    - fit_rss_mib: peak during the fit, minus resident memory before it.
    """

    fit_seconds: float
    fit_cpu_seconds: float
    peak_rss_mib: float
    fit_rss_mib: float

    def to_row(self) -> dict[str, float]:
        """Return the figures under the keys of the benchmarks' rows."""
        return asdict(self)


def costed(fit: Callable[[], Fitted]) -> tuple[Fitted, FitCost]:
    """Return the result of fit() and its cost. Call this in an own process (own_process.py)."""
    before_all = peak_rss_mib()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(RESET_PEAK)
    before = peak_rss_mib()
    started, cpu_before = time.perf_counter(), time.process_time()
    fitted = fit()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu_before
    peak = peak_rss_mib()
    return fitted, FitCost(seconds, cpu, max(before_all, peak), peak - before)
