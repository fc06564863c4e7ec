"""Command `python -m benchmarks.serving`: requests a second and latencies of GET recommendations/, and memory."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.measuring.command import command_parser
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.serving.load import Load, Measured
from benchmarks.serving.memory import largest
from benchmarks.serving.runs import Runs, middle
from benchmarks.serving.shop import BARE_SETTINGS, GeneratedShop
from benchmarks.shops.command import measure_shop, shop_folder

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
    parser = command_parser(
        "serving",
        "Fill a shop with generated products and shoppers in a temporary folder, start its web server with "
        f"{WORKERS} workers, and measure with wrk how many requests a second GET {PATH} takes beside a bare "
        "JsonResponse view of the same server: rounds of all in turn, then latencies at half of saturation, and "
        "memory. Every request is another shopper's. For half of the shoppers the worker ranked when they last did "
        "something; the lists of the others are ranked with the request, and measured apart.",
        example="--products 100000 --users 100000 --json serving.json",
    )
    add = parser.add_argument
    add("--products", type=int, default=100_000, metavar="N", help="default: %(default)s")
    add("--users", type=int, default=100_000, metavar="N", help="shoppers with a history (default: %(default)s)")
    add("--connections", type=int, default=16, metavar="N", help="requests at once (default: %(default)s)")
    add("--rounds", type=int, default=5, metavar="N", help="pairs of bare and API (default: %(default)s)")
    add("--seconds", type=float, default=6.0, metavar="S", help="length of each run (default: %(default)s)")
    add("--keep", type=Path, metavar="DIR", help="fill the shop there, and use it again if it is there already")
    options = parser.parse_args(arguments)
    if min(options.products, options.users, options.connections, options.rounds) < 1 or options.seconds < 1:
        parser.error("--products, --users, --connections, --rounds and --seconds must be at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 1 also when a request failed."""
    options = parse(arguments)
    return measure_shop("serving", options, arguments, measure, steps=STEPS, is_failure=_has_errors)


def measure(options: argparse.Namespace, bar: RunsBar) -> list[dict[str, Any]]:
    """Fill a shop, measure it, stop it; return the one row."""
    with ExitStack() as stack:
        folder = stack.enter_context(shop_folder("serving", options.keep))
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
        runs = Runs(without)
        _measure_rounds(runs, address, load, others, options, bar)
        bar.begin("half of saturation")
        runs.half = _at_half(address, load, options, middle(runs.api, "rps"), bar)
        runs.half_now = _at_half(address, others, options, middle(runs.now, "rps"), bar)
        bar.end(f"p99 {runs.half[-1].p99_ms:.1f} and {runs.half_now[-1].p99_ms:.1f} ms")
        memory = largest(web.children())
    sizes = {"products": options.products, "users": options.users, "connections": options.connections}
    row = sizes | runs.figures() | {
        "rss_mb": memory.resident,
        "pss_mb": memory.proportional,
        "private_mb": memory.private,
        **inside,
        "workers": WORKERS,
        "load_1_min": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    return [row]


def _has_errors(row: dict[str, Any]) -> bool:
    return bool(row.get("errors"))


def _without_middleware(filled: GeneratedShop, load: Load, seconds: float) -> Measured:
    with filled.opened(BARE_SETTINGS) as shop:
        _, address = shop.start_web(workers=WORKERS, answers=BARE_PATH)
        load.run(address + BARE_PATH, seconds=WARM_UP_SECONDS)
        return load.run(address + BARE_PATH, seconds=seconds)


def _measure_rounds(
    runs: Runs, address: str, load: Load, others: Load, options: argparse.Namespace, bar: RunsBar
) -> None:
    """Measure the bare view, lists ranked ahead and lists ranked now in turn, as many times as there are rounds."""
    bar.begin("bare view and API in turn")
    _let_load(address)
    load.run(address + PATH, seconds=WARM_UP_SECONDS)
    for number in range(options.rounds):
        bar.report(number / options.rounds, f"round {number + 1} of {options.rounds}")
        runs.bare.append(load.run(address + BARE_PATH, seconds=options.seconds))
        runs.api.append(load.run(address + PATH, seconds=options.seconds))
        runs.now.append(others.run(address + PATH, seconds=options.seconds))
    bare, api, now = (middle(of, "rps") for of in (runs.bare, runs.api, runs.now))
    bar.end(f"{bare:,.0f}, {api:,.0f} and {now:,.0f} requests a second")


def _let_load(address: str) -> None:
    """Return once each process has loaded the model version, which happens with its first list."""
    with ThreadPoolExecutor(FIRST_REQUESTS) as pool:
        for answer in pool.map(lambda _: urlopen(address + PATH, timeout=SECONDS_TO_LOAD), range(FIRST_REQUESTS)):  # noqa: S310 our own server
            answer.close()


def _at_half(address: str, load: Load, options: argparse.Namespace, saturation: float, bar: RunsBar) -> list[Measured]:
    """Return runs at half of the saturation, in requests a second."""
    half: list[Measured] = []
    latency = 0.0
    for number in range(HALF_ROUNDS + 1):
        bar.report(number / (HALF_ROUNDS + 1), "half of saturation")
        half.append(load.run(address + PATH, seconds=options.seconds, rate=saturation / 2, latency_ms=latency))
        latency = half[-1].p50_ms
    return half[1:]  # the first one only tells the time of an answer


if __name__ == "__main__":
    raise SystemExit(main())
