"""Time from an event, or from a new product, to a changed list, on a shop that runs."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from benchmarks.live.event_stream import EventStream, Sample
from benchmarks.live.new_products import time_new_products
from benchmarks.measuring.command import command_parser
from benchmarks.measuring.percentiles import percentile
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.shops.client import ShopClient, Visitor, product_ids
from benchmarks.shops.command import measure_shop, shop_folder
from benchmarks.shops.live_shop import ENGINES, LiveShop
from benchmarks.shops.log import compared, reported_ids
from benchmarks.shops.programs import RedisServer

# Opening the shop, first events, the stream, new products.
STEPS = 4


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "freshness",
        "Open a shop with demo data in a temporary folder, let shoppers send events to POST "
        "/api/v1/events/, and measure how soon GET /api/v1/recommendations/ answers differently, and how soon a saved "
        "product is recommended. At the end the log is compared with the events that were sent.",
        example="--engine redis --json freshness.json",
    )
    add = parser.add_argument
    add("--engine", choices=ENGINES, default="embedded", help="broker and cache (default: %(default)s)")
    add(
        "--behaviour",
        metavar="mongodb://…",
        help="behaviour database; mongodb: that of MONGODB_TEST_URI (default: the shop's own, SQLite)",
    )
    add("--shoppers", type=int, default=200, help="default: %(default)s")
    add("--rate", type=float, default=20.0, help="events per second (default: %(default)s)")
    add("--seconds", type=float, default=60.0, help="for how long (default: %(default)s)")
    add("--follow", type=int, default=4, metavar="N", help="measure every Nth event (default: %(default)s)")
    add("--new-products", type=int, default=20, metavar="N", help="how many to save (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the products viewed (default: %(default)s)")
    options = parser.parse_args(arguments)
    if min(options.shoppers, options.rate, options.seconds, options.follow) <= 0 or options.new_products < 0:
        parser.error("--shoppers, --rate, --seconds and --follow must be above 0")
    if options.behaviour == "mongodb":
        options.behaviour = os.environ.get("MONGODB_TEST_URI")
        if not options.behaviour:
            parser.error("--behaviour mongodb: MONGODB_TEST_URI names no server")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    return measure_shop("freshness", parse(arguments), arguments, measure, steps=STEPS)


def measure(options: argparse.Namespace, bar: RunsBar) -> list[dict[str, Any]]:
    """Open a shop, measure, stop it; return the one row."""
    with ExitStack() as stack:
        folder = stack.enter_context(shop_folder("freshness"))
        settings: dict[str, str] = {"BEHAVIOUR_DATABASE_URL": options.behaviour or ""}
        if options.engine == "redis":
            settings["REDIS_URL"] = stack.enter_context(RedisServer(folder / "redis")).address
        shop = stack.enter_context(LiveShop(folder, settings))
        bar.begin("opening the shop")
        client = ShopClient(open_shop(shop))
        bar.end("the shop is open")
        visitors = [Visitor(client, number) for number in range(options.shoppers)]
        stream = EventStream(visitors, product_ids(client), seed=options.seed)
        bar.begin(f"first events of {len(visitors)} shoppers")
        first_seconds = stream.greet(lambda fraction: bar.report(fraction, "greeting"))
        bar.end(f"{first_seconds:.1f} s")
        bar.begin(f"{options.rate:g} events a second for {options.seconds:g} s")
        samples = stream.run(
            rate=options.rate, seconds=options.seconds, follow=options.follow,
            progress=lambda fraction: bar.report(fraction, "sending"),
        )  # fmt: skip
        bar.end(f"{len(stream.sent):,} events")
        bar.begin("new products")
        products = time_new_products(shop, visitors[0], options.new_products)
        bar.end(f"{len(products)} products")
        counts = compared(stream.sent, reported_ids(shop))
    named = {"engine": options.engine, "behaviour": "mongodb" if options.behaviour else "sqlite"}
    row = named | event_figures(samples) | product_figures(products) | counts | {
        "shoppers": options.shoppers,
        "rate": options.rate,
        "seconds": options.seconds,
        "requests_repeated": client.n_repeated,
        "load_1_min": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    return [row]


def open_shop(shop: LiveShop) -> str:
    """Make tables and demo data, train a version, start the processes; return the address."""
    started = time.monotonic()
    shop.manage("migrate", "--verbosity", "0")
    if shop.settings.get("BEHAVIOUR_DATABASE_URL"):
        shop.manage("migrate", "--verbosity", "0", "--database", "behaviour")
    shop.manage("load_demo", "--verbosity", "0")
    shop.manage("train_recommender", "--quick", "--verbosity", "0")
    shop.start_worker("realtime", concurrency=2)
    shop.start_worker("training", concurrency=1)
    shop.start_beat()
    _, address = shop.start_web()
    print(f"  ready after {time.monotonic() - started:.0f} s", file=sys.stderr)
    return address


def event_figures(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return percentiles of event → changed list in milliseconds, and the number of events without effect."""
    seen = [sample.seconds for sample in samples if sample.seconds is not None]
    return {
        **_percentiles("", seen),
        "post_p95_ms": percentile([sample.post_seconds for sample in samples], 95),
        "samples": len(samples),
        "unchanged": len(samples) - len(seen),
    }


def product_figures(seconds: Sequence[float | None]) -> dict[str, Any]:
    """Return percentiles of saved → recommended in milliseconds, and the number of products never shown."""
    seen = [value for value in seconds if value is not None]
    return {**_percentiles("product_", seen), "products_unseen": len(seconds) - len(seen)}


def _percentiles(prefix: str, seconds: Sequence[float]) -> dict[str, Any]:
    return {f"{prefix}p50_ms": percentile(seconds, 50), f"{prefix}p95_ms": percentile(seconds, 95)}
