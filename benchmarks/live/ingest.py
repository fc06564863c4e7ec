"""Events a second that a shop takes in while its processes are killed; its log must hold each event once."""

from __future__ import annotations

import argparse
import os
import random
import signal
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

from benchmarks.measuring.command import command_parser
from benchmarks.measuring.percentiles import percentile
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.shops.client import ShopClient, Visitor, product_ids
from benchmarks.shops.command import measure_shop, shop_folder
from benchmarks.shops.live_shop import ENGINES, LiveShop
from benchmarks.shops.log import compared, reported_ids
from benchmarks.shops.programs import Program, RedisServer

STEPS = 3
WEB_WORKERS = 2
MOST_PER_REQUEST = 500


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "ingest",
        "Open a shop without a model in a temporary folder, send events in batches to POST /api/v1/events/ "
        "with two web workers, kill web and Celery workers with SIGKILL and restart Redis meanwhile, and hold the log "
        "against what was sent. A request that was not answered is sent again with the same event ids.",
        example="--events 100000 --json ingest.json",
    )
    add = parser.add_argument
    add("--engine", choices=ENGINES, default="redis", help="broker and cache (default: %(default)s)")
    add("--database", metavar="URL", help="the shop's database, empty (default: SQLite in the temporary folder)")
    add("--events", type=int, default=150_000, help="how many to send (default: %(default)s)")
    add("--batch", type=int, default=MOST_PER_REQUEST, help="events per request, 500 at most (default: %(default)s)")
    add("--shoppers", type=int, default=300, help="default: %(default)s")
    add("--senders", type=int, default=4, help="requests at once (default: %(default)s)")
    add("--kills", type=int, default=3, help="how often one of each worker is killed (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of the products viewed (default: %(default)s)")
    options = parser.parse_args(arguments)
    if not 1 <= options.batch <= MOST_PER_REQUEST or min(options.events, options.shoppers, options.senders) < 1:
        parser.error("--batch must be 1 to 500; --events, --shoppers and --senders at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status: 1 also when an event was lost or doubled."""
    return measure_shop("ingest", parse(arguments), arguments, measure, steps=STEPS, is_failure=_is_faulty)


def _is_faulty(row: dict[str, Any]) -> bool:
    return bool(row["events_lost"] or row["events_doubled"])


def measure(options: argparse.Namespace, bar: RunsBar) -> list[dict[str, Any]]:
    """Open a shop, send, kill, stop it; return the one row."""
    with ExitStack() as stack:
        folder = stack.enter_context(shop_folder("ingest"))
        settings = {"DATABASE_URL": options.database} if options.database else {}
        redis = stack.enter_context(RedisServer(folder / "redis")) if options.engine == "redis" else None
        if redis is not None:
            settings["REDIS_URL"] = redis.address
        shop = stack.enter_context(LiveShop(folder, settings))
        bar.begin("opening the shop")
        web, address = _open(shop)
        bar.end("the shop is open")
        client = ShopClient(address)
        visitors = [Visitor(client, number) for number in range(options.shoppers)]
        load = Load(visitors, product_ids(client), options.batch, random.Random(options.seed))
        misfortunes = Misfortunes(shop, web, redis, options.kills)
        bar.begin(f"{options.events:,} events")

        def progress(done: float) -> None:
            misfortunes.at(done)
            bar.report(done, "sending")

        load.send(options.events, options.senders, progress)
        misfortunes.wait()
        bar.end(f"{load.events_per_second:,.0f} events a second")
        bar.begin("reading the log")
        counts = compared(load.sent, reported_ids(shop))
        bar.end(f"{counts['events_lost']} lost, {counts['events_doubled']} doubled")
    row = {
        "engine": options.engine,
        "database": (options.database or "sqlite").partition(":")[0],
        "events_per_second": round(load.events_per_second, 1),
        "p95_ms": percentile(load.request_seconds, 95),
        "batch": options.batch,
        **counts,
        **misfortunes.counts,
        "requests_repeated": client.n_repeated,
        "load_1_min": round(os.getloadavg()[0], 1),
    }
    return [row]


def _open(shop: LiveShop) -> tuple[Program, str]:
    shop.manage("migrate", "--verbosity", "0")
    shop.manage("load_demo", "--verbosity", "0", "--products", "100", "--shoppers", "20")
    shop.start_worker("realtime")
    return shop.start_web(workers=WEB_WORKERS)


@dataclass
class Load:
    """Batches of views. `sent`: ids of all events of accepted batches."""

    visitors: Sequence[Visitor]
    products: Sequence[str]
    batch: int
    drawn: random.Random
    sent: list[str] = field(default_factory=list)
    request_seconds: list[float] = field(default_factory=list)
    events_per_second: float = 0.0

    def send(self, n_events: int, n_senders: int, progress: Callable[[float], object]) -> None:
        """Send n_events events, n_senders requests at once; pass the share that is done to `progress`."""
        sizes = [min(self.batch, n_events - start) for start in range(0, n_events, self.batch)]
        work = [(self.visitors[at % len(self.visitors)], self._events(size)) for at, size in enumerate(sizes)]
        started = time.monotonic()
        with ThreadPoolExecutor(n_senders) as pool:
            for done, seconds in enumerate(pool.map(lambda job: self._report(*job), work), start=1):
                self.request_seconds.append(seconds)
                progress(done / len(work))
        self.events_per_second = n_events / (time.monotonic() - started)

    def _events(self, size: int) -> list[dict[str, Any]]:
        seen = self.drawn.choices(self.products, k=size)
        return [{"id": str(uuid.uuid4()), "kind": "view", "product": product} for product in seen]

    def _report(self, visitor: Visitor, events: list[dict[str, Any]]) -> float:
        started = time.monotonic()
        visitor.report(events)
        self.sent += [event["id"] for event in events]
        return time.monotonic() - started


class Misfortunes:
    """Killed and restarted processes: spread evenly over the run, one after the other, in a thread of their own."""

    def __init__(self, shop: LiveShop, web: Program, redis: RedisServer | None, kills: int) -> None:
        self._shop, self._web, self._redis = shop, web, redis
        self.counts = {"web_killed": 0, "worker_killed": 0, "redis_restarted": 0}
        planned = [self._kill_web, self._kill_worker] * kills
        if redis is not None and kills:
            planned.insert(len(planned) // 2, self._restart_redis)
        self._due = [((place + 1) / (len(planned) + 1), action) for place, action in enumerate(planned)]
        self._pool = ThreadPoolExecutor(1)
        self._begun: list[Future[None]] = []

    def at(self, fraction: float) -> None:
        """Start those that are due when this share of the events is in."""
        while self._due and self._due[0][0] <= fraction:
            self._begun.append(self._pool.submit(self._due.pop(0)[1]))

    def wait(self) -> None:
        """Wait until all that began are over; raise the error of one that failed."""
        for begun in self._begun:
            begun.result()

    def _kill_web(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self._web.children()[0], signal.SIGKILL)
            self.counts["web_killed"] += 1

    def _kill_worker(self) -> None:
        running = [program for program in self._shop.programs if program.name == "worker-realtime"]
        running[-1].kill()
        self.counts["worker_killed"] += 1
        self._shop.start_worker("realtime")

    def _restart_redis(self) -> None:
        if self._redis is not None:
            self._redis.restart()
            self.counts["redis_restarted"] += 1
