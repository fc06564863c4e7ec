"""Latencies of a shop at rest and beside a training on its whole log, and the peak memory of the training."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.measuring.command import command_parser
from benchmarks.measuring.own_process import peak_rss_mib
from benchmarks.measuring.percentiles import percentile
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.serving.shop import GeneratedShop
from benchmarks.shops.client import ShopClient, Visitor
from benchmarks.shops.command import measure_shop, shop_folder
from benchmarks.shops.live_shop import LiveShop
from benchmarks.shops.programs import Program, ShopError

# Filling, the shop at rest, the training.
STEPS = 3
THREADS = 8
VISITORS = 400
LIST_LENGTH = 12
MB_PER_MIB = 2**20 / 1e6
WARM_UP_SECONDS = 5.0
MOST_SECONDS = 4 * 3600.0
START_TRAINING = "from recommendations.tasks import retrain; retrain.delay()"
ENDED = ("retrain[", "] succeeded in ")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "retraining",
        "Fill a shop with a generated catalogue and a planted log in a temporary folder, and let shoppers "
        "ask GET /api/v1/recommendations/ at a fixed rate: at rest, and while the worker of the training queue trains "
        "on the whole log. The row holds the latencies of both and the worker's peak memory.",
        example="--interactions 100000 --json retraining.json",
    )
    add = parser.add_argument
    add("--interactions", type=int, default=1_000_000, metavar="N", help="length of the log (default: %(default)s)")
    add("--products", type=int, default=5_000, metavar="N", help="default: %(default)s")
    add("--users", type=int, default=20_000, metavar="N", help="shoppers in the log (default: %(default)s)")
    add("--rate", type=float, default=10.0, help="requests per second (default: %(default)s)")
    add("--seconds", type=float, default=60.0, help="how long the shop is watched at rest (default: %(default)s)")
    options = parser.parse_args(arguments)
    if min(options.interactions, options.products, options.users) < 1_000 or min(options.rate, options.seconds) <= 0:
        parser.error("--interactions, --products and --users must be at least 1000, --rate and --seconds above 0")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return measure_shop("retraining", parse(arguments), arguments, measure, steps=STEPS)


def measure(options: argparse.Namespace, bar: RunsBar) -> list[dict[str, Any]]:
    """Fill a shop, measure it at rest and beside a training, stop it; return the one row."""
    with ExitStack() as stack:
        folder = stack.enter_context(shop_folder("retraining"))
        filled = GeneratedShop(folder, options.products, options.users)
        bar.begin(f"{options.products:,} products, {options.interactions:,} interactions")
        filled.fill(lambda fraction, text: bar.report(fraction / 2, text))
        shop = stack.enter_context(filled.opened())
        _write_log(shop, options)
        worker = shop.start_worker("training", concurrency=1)
        _, address = shop.start_web()
        bar.end("the shop is open")
        stream = RequestStream(_visitors(address, filled.tokens), options.rate)
        bar.begin(f"{options.rate:g} requests a second for {options.seconds:g} s")
        stream.until(_over_after(WARM_UP_SECONDS), lambda seconds: bar.report(0.0, "warming up"))
        at_rest = stream.until(
            _over_after(options.seconds), lambda seconds: bar.report(seconds / options.seconds, "asking")
        )
        bar.end(f"p95 {percentile(at_rest, 95)} ms")
        bar.begin("the same beside a training")
        shop.manage("shell", "--no-imports", "--command", START_TRAINING)
        training = Training(worker)
        beside = stream.until(training.has_ended, lambda seconds: bar.report(0.0, f"{seconds:.0f} s"))
        bar.end(f"p95 {percentile(beside, 95)} ms, {training.peak_mb:,.0f} MB")
        newest = json.loads(shop.manage("recommender_versions", "--limit", "1", "--json"))[0]
    return [_row(options, at_rest, beside, training) | {"status": newest["status"]}]


@dataclass
class RequestStream:
    """Requests of shoppers in turn at a fixed rate; a late answer does not delay the next request."""

    visitors: Sequence[Visitor]
    rate: float

    def until(self, is_over: Callable[[], bool], progress: Callable[[float], object]) -> list[float]:
        """Send requests until `is_over`; return the seconds from when each was due until it was answered."""
        started = time.monotonic()
        visitors = cycle(self.visitors)
        futures: list[Future[float]] = []
        with ThreadPoolExecutor(THREADS) as pool:
            while not is_over() and time.monotonic() - started < MOST_SECONDS:
                due = started + len(futures) / self.rate
                time.sleep(max(due - time.monotonic(), 0.0))
                futures.append(pool.submit(_seconds_to_answer, next(visitors), due))
                progress(time.monotonic() - started)
            return [future.result() for future in futures]


class Training:
    """A training that a worker runs: its duration and peak memory."""

    def __init__(self, worker: Program) -> None:
        self._worker = worker
        self._started = time.monotonic()
        self.seconds = 0.0
        self.peak_mb = 0.0

    def has_ended(self) -> bool:
        """Tell whether it is over; raise ShopError when it failed or the worker died."""
        if not self._worker.is_running:
            raise ShopError(f"the worker ended by itself:\n{self._worker.tail()}")
        self.seconds = time.monotonic() - self._started
        self.peak_mb = max([self.peak_mb, *(peak_rss_mib(pid) * MB_PER_MIB for pid in self._worker.children())])
        output = self._worker.tail()
        if "raised unexpected" in output:
            raise ShopError(f"the training failed:\n{output}")
        return all(part in output for part in ENDED)


def _seconds_to_answer(visitor: Visitor, due: float) -> float:
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
    command = f"from benchmarks.live.planted_log import write_log; write_log({sizes})"
    shop.manage("shell", "--no-imports", "--command", command)


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
