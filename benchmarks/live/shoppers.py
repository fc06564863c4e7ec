"""Requests of many simulated shoppers at once, on a shop of their own."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.measuring.command import command_parser
from benchmarks.measuring.percentiles import percentile
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.serving.shop import GeneratedShop
from benchmarks.shops.command import measure_shop, shop_folder
from benchmarks.shops.programs import ROOT, Program, ShopError

WEB_WORKERS = 2
# Filling, the shoppers.
STEPS = 2
# Figures that the README of a recommender around a FastAPI service gives; measured by its authors, not here.
SEED = {"requests": "a seed's service, as it reports", "rps": 200.0, "mean_ms": 25.0, "p99_ms": 75.0}


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "shoppers",
        "Fill a shop with generated products in a temporary folder, start its web server with two workers "
        "and a Celery worker for events, and let the shoppers of locustfile.py loose on it: rails, products, searches, "
        "events, carts and predicted ratings. The limits on callers are the shop's own.",
        example="--shoppers 1000 --json shoppers.json",
    )
    add = parser.add_argument
    add("--shoppers", type=int, default=1_000, metavar="N", help="at once (default: %(default)s)")
    add("--seconds", type=int, default=120, metavar="S", help="once all are there (default: %(default)s)")
    add("--arriving", type=int, default=25, metavar="N", help="shoppers a second at first (default: %(default)s)")
    add("--products", type=int, default=100_000, metavar="N", help="default: %(default)s")
    add("--users", type=int, default=100_000, metavar="N", help="other shoppers with a history (default: %(default)s)")
    add("--keep", type=Path, metavar="DIR", help="fill the shop there, and use it again if it is there already")
    options = parser.parse_args(arguments)
    if min(options.shoppers, options.seconds, options.arriving, options.products, options.users) < 1:
        parser.error("--shoppers, --seconds, --arriving, --products and --users must be at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 1 also when a request failed."""
    options = parse(arguments)
    return measure_shop("shoppers", options, arguments, measure, steps=STEPS, is_failure=_has_failures)


def measure(options: argparse.Namespace, bar: RunsBar) -> list[dict[str, Any]]:
    """Fill a shop, let the shoppers come, stop everything; return a row for each kind of request and one for all."""
    with ExitStack() as stack:
        folder = stack.enter_context(shop_folder("shoppers", options.keep))
        filled = GeneratedShop(folder, options.products, options.users)
        bar.begin(f"{options.products:,} products, {options.users:,} shoppers")
        filled.fill(bar.report)
        bar.end("the shop is filled")
        shop = stack.enter_context(filled.opened())
        shop.start_worker("realtime")
        _, address = shop.start_web(workers=WEB_WORKERS)
        bar.begin(f"{options.shoppers:,} shoppers at once")
        statistics = folder / "locust.json"
        seconds = options.seconds + options.shoppers // options.arriving
        command = [sys.executable, "-m", "locust", "-f", str(ROOT / "locustfile.py"), "--headless", "--host", address]
        command += ["--users", str(options.shoppers), "--spawn-rate", str(options.arriving), "--reset-stats"]
        command += ["--run-time", f"{seconds}s", "--json-file", str(statistics.with_suffix("")), "--only-summary"]
        _wait(shop.start("locust", [*command, "--exit-code-on-error", "0"]), seconds, bar)
        rows = rows_of(json.loads(statistics.read_text(encoding="utf-8")), options.shoppers)
        bar.end(f"{rows[-1]['rps']:.0f} requests a second, {rows[-1]['failures']} failed")
    return [*({**row, "load_1_min": round(os.getloadavg()[0], 1)} for row in rows), dict(SEED)]


def rows_of(kinds: Sequence[Mapping[str, Any]], shoppers: int) -> list[dict[str, Any]]:
    """Return a row for each kind of request that locust counted, and one for all; raise ShopError for none."""
    if not kinds:
        raise ShopError("the shoppers asked for nothing: let them stay for longer")
    started = min(kind["start_time"] for kind in kinds)
    ended = max(kind["last_request_timestamp"] for kind in kinds)
    total: Counter[float] = Counter()
    rows = []
    for kind in sorted(kinds, key=lambda kind: str(kind["name"])):
        times = Counter({float(ms): count for ms, count in kind["response_times"].items()})
        total += times
        rows.append(_row(kind["name"], [kind], times, ended - started))
    return [{**row, "shoppers": shoppers} for row in (*rows, _row("all", kinds, total, ended - started))]


def _has_failures(row: Mapping[str, Any]) -> bool:
    return bool(row.get("failures"))


def _row(name: str, kinds: Sequence[Mapping[str, Any]], times: Counter[float], seconds: float) -> dict[str, Any]:
    count = sum(kind["num_requests"] for kind in kinds)
    seconds_each = [ms / 1000 for ms in times.elements()]
    return {
        "requests": name,
        "count": count,
        "failures": sum(kind["num_failures"] for kind in kinds),
        "rps": round(count / max(seconds, 1.0), 1),
        "mean_ms": round(sum(kind["total_response_time"] for kind in kinds) / max(count, 1), 1),
        "p50_ms": percentile(seconds_each, 50),
        "p99_ms": percentile(seconds_each, 99),
    }


def _wait(locust: Program, seconds: int, bar: RunsBar) -> None:
    started = time.monotonic()
    while locust.is_running:
        bar.report((time.monotonic() - started) / seconds, "shopping")
        try:
            locust.process.wait(1.0)
        except subprocess.TimeoutExpired:
            continue
    if locust.process.returncode:
        raise ShopError(f"locust failed:\n{locust.tail()}")
