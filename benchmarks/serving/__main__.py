"""How fast a shop answers GET recommendations/: `python -m benchmarks.serving --help`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import urlopen

from benchmarks.live_main import measured
from benchmarks.progress_bar import RunsBar
from benchmarks.serving.load import Load, Measured
from benchmarks.serving.memory import largest
from benchmarks.serving.shop import BARE_SETTINGS, GeneratedShop

SECTION = "serving"
PATH = "/api/v1/recommendations/?intent=for_you&limit=10"
BARE_PATH = "/bare/"
WORKERS = 2
WARM_UP_SECONDS = 3.0
# So many at once reach both processes; each checks every byte of the version before it answers.
FIRST_REQUESTS, SECONDS_TO_LOAD = 8, 180.0
HALF_ROUNDS = 5
# Filling, lists ranked ahead, the bare server, rounds, half of saturation.
STEPS = 5


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.serving",
        description="Fill a shop with generated products and shoppers in a temporary folder, start its web server with "
        f"{WORKERS} workers, and measure with wrk how many requests a second GET {PATH} takes beside a bare "
        "JsonResponse view of the same server: rounds of all in turn, then latencies at half of saturation, and "
        "memory. Every request is another shopper's. For half of the shoppers the worker ranked when they last did "
        "something; the lists of the others are ranked with the request, and measured apart.",
        epilog="example: python -m benchmarks.serving --products 100000 --users 100000 --json serving.json",
    )
    add = parser.add_argument
    add("--products", type=int, default=100_000, metavar="N", help="default: %(default)s")
    add("--users", type=int, default=100_000, metavar="N", help="shoppers with a history (default: %(default)s)")
    add("--connections", type=int, default=16, metavar="N", help="requests at once (default: %(default)s)")
    add("--rounds", type=int, default=5, metavar="N", help="pairs of bare and API (default: %(default)s)")
    add("--seconds", type=float, default=6.0, metavar="S", help="length of each run (default: %(default)s)")
    add("--keep", type=Path, metavar="DIR", help="fill the shop there, and use it again if it is there already")
    add("--json", type=Path, metavar="FILE", help="also write the row to FILE; - is standard output")
    options = parser.parse_args(arguments)
    if min(options.products, options.users, options.connections, options.rounds) < 1 or options.seconds < 1:
        parser.error("--products, --users, --connections, --rounds and --seconds must be at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 1 also when a request failed."""
    return measured(
        measure,
        parse(arguments),
        arguments,
        section=SECTION,
        steps=STEPS,
        is_failure=lambda row: bool(row.get("errors")),
    )


def measure(options: argparse.Namespace, bar: RunsBar) -> dict[str, Any]:
    """Fill a shop, measure it, stop it; return the row."""
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kindred-serving-")))
        filled = GeneratedShop(folder, options.products, options.users)
        bar.begin(f"{options.products:,} products, {options.users:,} shoppers")
        filled.fill(bar.report)
        bar.end("the shop is filled")
        bar.begin("lists ranked ahead")
        filled.rank_ahead(bar.report)
        inside = filled.look(PATH)
        bar.end(f"{inside['queries']} queries a request")
        load, others = Load(filled.ahead, options.connections), Load(filled.others, options.connections)
        bar.begin("a bare view without middleware")
        without = _without_middleware(filled, load, options.seconds)
        bar.end(f"{without.rps:,.0f} requests a second")
        shop = stack.enter_context(filled.opened())
        web, address = shop.start_web(workers=WORKERS)
        bare, api, now = _rounds(address, load, others, options, bar)
        bar.begin("half of saturation")
        half = _at_half(address, load, options, median(run.rps for run in api), bar)
        half_now = _at_half(address, others, options, median(run.rps for run in now), bar)
        bar.end(f"p99 {half[-1].p99_ms:.1f} and {half_now[-1].p99_ms:.1f} ms")
        memory = largest(web.children())
    ratios = [theirs.rps / ours.rps for ours, theirs in zip(bare, api, strict=True)]
    ratios_now = [theirs.rps / ours.rps for ours, theirs in zip(bare, now, strict=True)]
    runs = [without, *bare, *api, *now, *half, *half_now]
    return {
        "products": options.products,
        "users": options.users,
        "bare_rps": _rounded(median(run.rps for run in bare)),
        "api_rps": _rounded(median(run.rps for run in api)),
        "ratio": _rounded(median(ratios), 3),
        "ratios": [_rounded(ratio, 3) for ratio in ratios],
        "now_rps": _rounded(median(run.rps for run in now)),
        "now_ratio": _rounded(median(ratios_now), 3),
        "now_half_rps": _rounded(median(run.rps for run in half_now)),
        "now_p50_ms": _rounded(median(run.p50_ms for run in half_now), 2),
        "now_p99_ms": _rounded(median(run.p99_ms for run in half_now), 2),
        "bare_without_middleware_rps": _rounded(without.rps),
        "half_rps": _rounded(median(run.rps for run in half)),
        "p50_ms": _rounded(median(run.p50_ms for run in half), 2),
        "p99_ms": _rounded(median(run.p99_ms for run in half), 2),
        "saturated_p50_ms": _rounded(median(run.p50_ms for run in api), 2),
        "saturated_p99_ms": _rounded(median(run.p99_ms for run in api), 2),
        "rss_mb": memory.resident,
        "pss_mb": memory.proportional,
        "private_mb": memory.private,
        "bytes_each": _rounded(median(run.bytes_each for run in api)),
        "errors": sum(run.errors for run in runs),
        **inside,
        "workers": WORKERS,
        "connections": options.connections,
        "load_1_min": round(os.getloadavg()[0], 1),
    }


def _without_middleware(filled: GeneratedShop, load: Load, seconds: float) -> Measured:
    with filled.opened(BARE_SETTINGS) as shop:
        _, address = shop.start_web(workers=WORKERS, answers=BARE_PATH)
        load.run(address + BARE_PATH, seconds=WARM_UP_SECONDS)
        return load.run(address + BARE_PATH, seconds=seconds)


def _rounds(
    address: str, load: Load, others: Load, options: argparse.Namespace, bar: RunsBar
) -> tuple[list[Measured], list[Measured], list[Measured]]:
    """Return as many runs of the bare view as of lists ranked ahead and of lists ranked now, in turn."""
    bar.begin("bare view and API in turn")
    bare: list[Measured] = []
    api: list[Measured] = []
    now: list[Measured] = []
    _let_load(address)
    load.run(address + PATH, seconds=WARM_UP_SECONDS)
    for number in range(options.rounds):
        bar.report(number / options.rounds, f"round {number + 1} of {options.rounds}")
        bare.append(load.run(address + BARE_PATH, seconds=options.seconds))
        api.append(load.run(address + PATH, seconds=options.seconds))
        now.append(others.run(address + PATH, seconds=options.seconds))
    middle = [median(run.rps for run in runs) for runs in (bare, api, now)]
    bar.end(f"{middle[0]:,.0f}, {middle[1]:,.0f} and {middle[2]:,.0f} requests a second")
    return bare, api, now


def _let_load(address: str) -> None:
    """Return once each process has loaded the model version, which it does with its first list."""
    with ThreadPoolExecutor(FIRST_REQUESTS) as pool:
        for answer in pool.map(lambda _: urlopen(address + PATH, timeout=SECONDS_TO_LOAD), range(FIRST_REQUESTS)):  # noqa: S310 our own server
            answer.close()


def _at_half(address: str, load: Load, options: argparse.Namespace, saturation: float, bar: RunsBar) -> list[Measured]:
    """Return runs at half of what the API can take."""
    half: list[Measured] = []
    latency = 0.0
    for number in range(HALF_ROUNDS + 1):
        bar.report(number / (HALF_ROUNDS + 1), "half of saturation")
        half.append(load.run(address + PATH, seconds=options.seconds, rate=saturation / 2, latency_ms=latency))
        latency = half[-1].p50_ms
    return half[1:]  # the first one was to learn how long an answer takes


def _rounded(number: float, digits: int = 1) -> float:
    return round(float(number), digits)


if __name__ == "__main__":
    sys.exit(main())
