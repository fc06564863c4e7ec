"""Load on a server from wrk, on the same machine: as fast as it answers, or at a rate of its own."""

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
    """Requests of one shopper after the other, whose tokens a file holds; each run goes on where the last one ended, so
    that no shopper comes twice while there are others."""

    tokens: Path
    connections: int
    asked: int = 0

    def run(self, address: str, *, seconds: float, rate: float | None = None, latency_ms: float = 0.0) -> Measured:
        """Ask for so long; `rate`: about so many times a second, if an answer takes latency_ms. Raises ShopError."""
        wrk = shutil.which("wrk")
        if wrk is None:
            raise ShopError("wrk is not installed: apt install wrk")
        pause = max(1000 * self.connections / rate - latency_ms, 0.0) if rate else 0.0
        command = [wrk, "--threads", "1", "--connections", str(self.connections), "--duration", f"{seconds:.0f}s"]
        command += ["--timeout", "10s", "--script", str(SCRIPT), address, "--", str(self.tokens), str(self.asked)]
        done = subprocess.run(  # noqa: S603 a program of the system, no shell
            [*command, f"{pause:.3f}"], capture_output=True, text=True, check=False
        )
        lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode or not lines:
            raise ShopError(f"wrk failed: {(done.stderr or done.stdout).strip()[-500:]}")
        found = json.loads(lines[-1])
        self.asked += int(found["requests"])
        if not found["requests"]:
            raise ShopError(f"{address} answered nothing within {seconds:.0f} s")
        return Measured(
            found["requests"] / found["seconds"],
            found["errors"],
            found["p50_ms"],
            found["p99_ms"],
            found["bytes"] / found["requests"],
        )
