"""`manage.py load_demo`: fill the shop with the demo catalogue, demo shoppers and their interactions."""

import json
import time
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from demo.behaviour import DEFAULT_SHOPPERS
from demo.catalogue import DEFAULT_PRODUCTS, most_products
from demo.loading import FILL_STEPS, Filled, fill_shop, known_accounts, missing_products, store_pictures
from demo.log import append_demo_events, demo_stars
from demo.plan import ADMIN_EMAIL, PASSWORD, SHOPPER_EMAIL, plan_demo
from recommendations.management.terminal import STOPPED_BY_HAND, one_line_errors
from shop.catalogue.models import Product

MOST_SHOPPERS = 100_000

# Takes the title and size of a step; returns a function that takes how much of the step is done.
Steps = Callable[[str, int], Callable[[int], None]]


@dataclass
class Report:
    """Numbers of written rows, and the time in seconds."""

    is_skipped: bool = False
    pictures: int = 0
    interactions: int = 0
    filled: Filled = field(default_factory=Filled)
    seconds: float = 0.0


class Command(BaseCommand):
    help = (
        "Fill the shop with a demo catalogue, demo shoppers and what they did. Running it twice changes nothing. "
        "The demo accounts have a known password, so it refuses to run where the settings do not set ALLOW_DEMO."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = (
            "example:\n  python manage.py load_demo\n  python manage.py load_demo --products 60 --shoppers 100 --json"
        )
        products_help = f"1 to {most_products()} (default: %(default)s)"
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is any product already")
        parser.add_argument("--products", type=int, default=DEFAULT_PRODUCTS, metavar="N", help=products_help)
        parser.add_argument(
            "--shoppers", type=int, default=DEFAULT_SHOPPERS, metavar="N", help="0 and up (default: %(default)s)"
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")
        parser.add_argument("--force", action="store_true", help="load it even where ALLOW_DEMO is not set")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        _refuse_impossible(options["products"], options["shoppers"])
        with one_line_errors(), _unfinished():
            if options["if_empty"] and Product.objects.exists():
                report = Report(is_skipped=True)
            else:
                _refuse_production(options["force"])
                with _progress(is_shown=options["verbosity"] > 0) as steps:
                    report = _load(options["products"], options["shoppers"], steps)
        report.seconds = round(time.monotonic() - started, 1)
        if options["json"]:
            logins = {"shopper": SHOPPER_EMAIL, "admin": ADMIN_EMAIL, "password": PASSWORD}
            counts = asdict(report)
            self.stdout.write(json.dumps(counts.pop("filled") | counts | {"logins": logins}))
        else:
            self._print(report)

    def _print(self, report: Report) -> None:
        if report.is_skipped:
            self.stdout.write("There are products already: no demo was loaded.")
            return
        new = report.filled
        self.stdout.write(self.style.MIGRATE_HEADING(f"Demo loaded in {report.seconds} s; new:"))
        self.stdout.write(
            f"  {new.products:>7,}  products in {new.categories} new categories, {report.pictures} pictures"
        )
        self.stdout.write(f"  {report.interactions:>7,}  interactions of the last three months")
        self.stdout.write(f"  {new.reviews:>7,}  reviews and {new.orders} orders of {new.accounts} new accounts")
        self.stdout.write(f"  Shopper  {SHOPPER_EMAIL} / {PASSWORD}")
        self.stdout.write(f"  Admin    {ADMIN_EMAIL} / {PASSWORD}")


def _load(products: int, shoppers: int, steps: Steps) -> Report:
    """Write pictures, then the log, then the shop, so that a shop with products has the whole demo."""
    demo = plan_demo(products=products, shoppers=shoppers, now=timezone.now(), known_accounts=known_accounts())
    missing = missing_products(demo.products)
    events = demo.all_events
    store_pictures(missing, on_progress=steps("Drawing the pictures", len(missing)))
    written = append_demo_events(events, on_progress=steps("Writing what shoppers did", len(events)))
    stars = demo_stars([product.id for product in demo.products], except_of=[account.id for account in demo.accounts])
    filled = fill_shop(demo, log_stars=stars, on_progress=steps("Filling the shelves", FILL_STEPS))
    return Report(pictures=len(missing), interactions=written, filled=filled)


def _refuse_impossible(products: int, shoppers: int) -> None:
    if not 1 <= products <= most_products():
        raise CommandError(f"--products {products}: the demo catalogue can have 1 to {most_products()}.")
    if not 0 <= shoppers <= MOST_SHOPPERS:
        raise CommandError(f"--shoppers {shoppers}: choose 0 to {MOST_SHOPPERS}.")


def _refuse_production(is_forced: bool) -> None:
    if not (settings.ALLOW_DEMO or is_forced):
        raise CommandError(
            f"These settings do not allow the demo: {ADMIN_EMAIL} may do everything and everybody knows its password. "
            "Use config.settings.dev, or add --force where nobody else can reach the shop."
        )


@contextmanager
def _progress(*, is_shown: bool) -> Iterator[Steps]:
    """Show a bar with the remaining time for each step on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<26}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    left = (TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, *left, console=console, disable=not (is_shown and console.is_terminal)) as progress:

        def steps(title: str, size: int) -> Callable[[int], None]:
            task = progress.add_task(title, total=size)
            return lambda done: progress.update(task, completed=done)

        yield steps


@contextmanager
def _unfinished() -> Iterator[None]:
    """Explain a stop or a full disk. Neither leaves a product behind, so the same command can run again."""
    try:
        yield
    except OSError as error:
        raise CommandError(
            f"A picture could not be written to {settings.MEDIA_ROOT} ({error.strerror or error}): make room there or "
            "set DATA_DIR, and run the same command again."
        ) from None
    except KeyboardInterrupt:
        raise CommandError(
            "Stopped by hand: the shop's tables are as they were. Run the same command again to go on.",
            returncode=STOPPED_BY_HAND,
        ) from None
