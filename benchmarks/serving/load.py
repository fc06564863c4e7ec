"""Load on a server from wrk on the same machine: as fast as it answers, or at a fixed rate."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks.shops.programs import ShopError

SCRIPT = Path(__file__).with_name("shoppers.lua")


@dataclass(frozen=True)
class Measured:
    """One run of wrk: requests per second answered, those that failed or were refused, and latencies."""

    rps: float
    errors: int
    p50_ms: float
    p99_ms: float
    bytes_each: float


@dataclass
class Load:
    """Requests of the shoppers in a file of tokens, one after the other.

    Each run continues where the last one ended, so no shopper comes twice while there are others.
    """

    tokens: Path
    connections: int
    position: int = 0

    def run(self, address: str, *, seconds: float, rate: float | None = None, latency_ms: float = 0.0) -> Measured:
        """Send requests for some seconds; raise ShopError when wrk fails.

        - `rate`: about how many requests a second, if an answer takes latency_ms; None: as many as possible.
        """
        wrk = shutil.which("wrk")
        if wrk is None:
            raise ShopError("wrk is not installed: apt install wrk")
        pause = max(1000 * self.connections / rate - latency_ms, 0.0) if rate else 0.0
        command = [wrk, "--threads", "1", "--connections", str(self.connections), "--duration", f"{seconds:.0f}s"]
        command += ["--timeout", "10s", "--script", str(SCRIPT), address, "--", str(self.tokens), str(self.position)]
        done = subprocess.run(  # noqa: S603 a program of the system, no shell
            [*command, f"{pause:.3f}"], capture_output=True, text=True, check=False
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode or not lines:
            raise ShopError(f"wrk failed: {(done.stderr or done.stdout).strip()[-500:]}")
        summary = json.loads(lines[-1])
        self.position += int(summary["requests"])
        if not summary["requests"]:
            raise ShopError(f"{address} answered nothing within {seconds:.0f} s")
        return Measured(
            summary["requests"] / summary["seconds"],
            summary["errors"],
            summary["p50_ms"],
            summary["p99_ms"],
            summary["bytes"] / summary["requests"],
        )
