"""What a fit costs: time, and memory of the process it runs in."""

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
    """fit_seconds: wall clock; fit_cpu_seconds: of all threads, which a busy machine disturbs less; peak_rss_mib:
    largest resident memory of the process until then, data and libraries included; fit_rss_mib: by how much the fit
    went above what was resident before it."""

    fit_seconds: float
    fit_cpu_seconds: float
    peak_rss_mib: float
    fit_rss_mib: float

    def to_row(self) -> dict[str, float]:
        """Return the figures under the keys of the benchmarks' rows."""
        return asdict(self)


def costed(fit: Callable[[], Fitted]) -> tuple[Fitted, FitCost]:
    """Return what fit() returns, and what it cost. Run it in a process of its own (benchmarks/own_process.py)."""
    before_all = peak_rss_mib()
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text(RESET_PEAK)
    before = peak_rss_mib()
    started, cpu_before = time.perf_counter(), time.process_time()
    fitted = fit()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu_before
    peak = peak_rss_mib()
    return fitted, FitCost(seconds, cpu, max(before_all, peak), peak - before)
