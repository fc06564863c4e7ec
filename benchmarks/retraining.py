"""What a training costs the shop that serves meanwhile: `python -m benchmarks.retraining --help`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.live_main import measured
from benchmarks.live_shop import LiveShop, Program, ShopError
from benchmarks.percentiles import percentile
from benchmarks.progress_bar import RunsBar
from benchmarks.serving.shop import GeneratedShop
from benchmarks.shop_client import ShopClient, Visitor

SECTION = "retraining"
# Filling, the shop at rest, the training.
STEPS = 3
THREADS = 8
VISITORS = 400
LIST_LENGTH = 12
WARM_UP_SECONDS = 5.0
MOST_SECONDS = 4 * 3600.0
ASK = "from recommendations.tasks import retrain; retrain.delay()"
ENDED = ("retrain[", "] succeeded in ")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.retraining",
        description="Fill a shop with a generated catalogue and a planted log in a temporary folder, and let shoppers "
        "ask GET /api/v1/recommendations/ at a fixed rate: at rest, and while the worker of the training queue trains "
        "on the whole log. The row holds the latencies of both and the worker's peak memory.",
        epilog="example: python -m benchmarks.retraining --interactions 100000 --json retraining.json",
    )
    add = parser.add_argument
    add("--interactions", type=int, default=1_000_000, metavar="N", help="length of the log (default: %(default)s)")
    add("--products", type=int, default=5_000, metavar="N", help="default: %(default)s")
    add("--users", type=int, default=20_000, metavar="N", help="shoppers in the log (default: %(default)s)")
    add("--rate", type=float, default=10.0, help="requests per second (default: %(default)s)")
    add("--seconds", type=float, default=60.0, help="how long the shop is watched at rest (default: %(default)s)")
    add("--json", type=Path, metavar="FILE", help="also write the row to FILE; - is standard output")
    options = parser.parse_args(arguments)
    if min(options.interactions, options.products, options.users) < 1_000 or min(options.rate, options.seconds) <= 0:
        parser.error("--interactions, --products and --users must be at least 1000, --rate and --seconds above 0")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return measured(measure, parse(arguments), arguments, section=SECTION, steps=STEPS)


def measure(options: argparse.Namespace, bar: RunsBar) -> dict[str, Any]:
    """Fill a shop, measure it at rest and beside a training, stop it; return the row."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kindred-retraining-")))
        filled = GeneratedShop(folder, options.products, options.users)
        bar.begin(f"{options.products:,} products, {options.interactions:,} interactions")
        filled.fill(lambda fraction, text: bar.report(fraction / 2, text))
        shop = stack.enter_context(filled.opened())
        _write_log(shop, options)
        worker = shop.start_worker("training", concurrency=1)
        _, address = shop.start_web()
        bar.end("the shop is open")
        asking = Asking(_visitors(address, filled.tokens), options.rate)
        bar.begin(f"{options.rate:g} requests a second for {options.seconds:g} s")
        asking.until(_over_after(WARM_UP_SECONDS), lambda seconds: bar.report(0.0, "warming up"))
        at_rest = asking.until(
            _over_after(options.seconds), lambda seconds: bar.report(seconds / options.seconds, "asking")
        )
        bar.end(f"p95 {percentile(at_rest, 95)} ms")
        bar.begin("the same beside a training")
        shop.manage("shell", "--no-imports", "--command", ASK)
        training = Training(worker)
        beside = asking.until(training.has_ended, lambda seconds: bar.report(0.0, f"{seconds:.0f} s"))
        bar.end(f"p95 {percentile(beside, 95)} ms, {training.peak_mb:,.0f} MB")
        newest = json.loads(shop.manage("recommender_versions", "--limit", "1", "--json"))[0]
    return _row(options, at_rest, beside, training) | {"status": newest["status"]}


@dataclass
class Asking:
    """Requests of shoppers in turn at a fixed rate, whether the ones before were answered or not."""

    visitors: Sequence[Visitor]
    rate: float

    def until(self, is_over: Callable[[], bool], progress: Callable[[float], object]) -> list[float]:
        """Ask until it is over; return the seconds from when each request was due until it was answered."""
        started, taken = time.monotonic(), []
        visitors = cycle(self.visitors)
        futures: list[Future[float]] = []
        with ThreadPoolExecutor(THREADS) as pool:
            while not is_over() and time.monotonic() - started < MOST_SECONDS:
                due = started + len(futures) / self.rate
                time.sleep(max(due - time.monotonic(), 0.0))
                futures.append(pool.submit(_asked, next(visitors), due))
                progress(time.monotonic() - started)
            taken = [future.result() for future in futures]
        return taken


class Training:
    """A training in a worker's hands: its peak memory, and when it was over."""

    def __init__(self, worker: Program) -> None:
        self._worker = worker
        self._started = time.monotonic()
        self.seconds = 0.0
        self.peak_mb = 0.0

    def has_ended(self) -> bool:
        """Tell whether it is over; raises ShopError when the worker died."""
        if not self._worker.is_running:
            raise ShopError(f"the worker ended by itself:\n{self._worker.tail()}")
        self.seconds = time.monotonic() - self._started
        self.peak_mb = max([self.peak_mb, *map(_peak_mb, self._worker.children())])
        said = self._worker.tail()
        if "raised unexpected" in said:
            raise ShopError(f"the training failed:\n{said}")
        return all(part in said for part in ENDED)


def _asked(visitor: Visitor, due: float) -> float:
    visitor.recommended(limit=LIST_LENGTH)
    return time.monotonic() - due


def _over_after(seconds: float) -> Callable[[], bool]:
    deadline = time.monotonic() + seconds
    return lambda: time.monotonic() >= deadline


def _visitors(address: str, tokens: Path) -> list[Visitor]:
    client = ShopClient(address)
    with tokens.open(encoding="ascii") as file:
        return [Visitor(client, number, line.strip()) for number, line in enumerate(islice(file, VISITORS))]


def _write_log(shop: LiveShop, options: argparse.Namespace) -> None:
    sizes = f"{options.interactions}, n_products={options.products}, n_shoppers={options.users}"
    command = f"from benchmarks.planted_log import write_log; write_log({sizes})"
    shop.manage("shell", "--no-imports", "--command", command)


def _peak_mb(pid: int) -> float:
    """Return the peak resident memory of a process in 10^6 bytes (Linux: VmHWM of /proc/PID/status)."""
    return int(Path(f"/proc/{pid}/status").read_text(encoding="ascii").partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def _row(
    options: argparse.Namespace, at_rest: Sequence[float], beside: Sequence[float], training: Training
) -> dict[str, Any]:
    rest, during = percentile(at_rest, 95), percentile(beside, 95)
    return {
        "interactions": options.interactions,
        "products": options.products,
        "users": options.users,
        "rate": options.rate,
        "p50_idle_ms": percentile(at_rest, 50),
        "p95_idle_ms": rest,
        "p50_during_ms": percentile(beside, 50),
        "p95_during_ms": during,
        "p95_ratio": round(during / rest, 2) if rest and during else None,
        "worker_peak_mb": round(training.peak_mb),
        "seconds": round(training.seconds, 1),
        "cores": os.cpu_count(),
        "load_1_min": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
