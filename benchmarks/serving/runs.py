"""Runs of wrk on one shop, and the figures of a row that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.serving.load import Measured


@dataclass
class Runs:
    """Runs of one measurement; bare, api and now have one run per round.

    - `without`: the bare view without middleware; `bare`: the bare view of the shop's server.
    - `api`, `half`: lists ranked ahead, at saturation and at half of it.
    - `now`, `half_now`: lists ranked with the request, likewise.
    """

    without: Measured
    bare: list[Measured] = field(default_factory=list)
    api: list[Measured] = field(default_factory=list)
    now: list[Measured] = field(default_factory=list)
    half: list[Measured] = field(default_factory=list)
    half_now: list[Measured] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """Return medians of the runs, ratios to the bare view round by round, and the number of errors."""
        ratios = _ratios(self.api, self.bare)
        every = [self.without, *self.bare, *self.api, *self.now, *self.half, *self.half_now]
        return {
            "bare_without_middleware_rps": round(self.without.rps, 1),
            "bare_rps": middle(self.bare, "rps"),
            "api_rps": middle(self.api, "rps"),
            "ratio": round(median(ratios), 3),
            "ratios": [round(ratio, 3) for ratio in ratios],
            "now_rps": middle(self.now, "rps"),
            "now_ratio": round(median(_ratios(self.now, self.bare)), 3),
            "half_rps": middle(self.half, "rps"),
            "p50_ms": middle(self.half, "p50_ms", 2),
            "p99_ms": middle(self.half, "p99_ms", 2),
            "now_half_rps": middle(self.half_now, "rps"),
            "now_p50_ms": middle(self.half_now, "p50_ms", 2),
            "now_p99_ms": middle(self.half_now, "p99_ms", 2),
            "saturated_p50_ms": middle(self.api, "p50_ms", 2),
            "saturated_p99_ms": middle(self.api, "p99_ms", 2),
            "bytes_each": middle(self.api, "bytes_each"),
            "errors": sum(run.errors for run in every),
        }


def middle(runs: Sequence[Measured], figure: str, digits: int = 1) -> float:
    """Return the median of one figure over runs."""
    return round(float(median(getattr(run, figure) for run in runs)), digits)


def _ratios(runs: Sequence[Measured], bare: Sequence[Measured]) -> list[float]:
    return [run.rps / peer.rps for run, peer in zip(runs, bare, strict=True)]
