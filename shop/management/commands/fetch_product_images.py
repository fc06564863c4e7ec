"""`manage.py fetch_product_images`: download products' pictures into the shop's own storage."""

import json
from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from shop.catalogue.pictures.services import MissingPicture, PicturesFetched, fetch_pictures, missing_pictures
from shop.imports.background_job import JobStopped, background_job

AT_ONCE = 8
MOST_AT_ONCE = 64
FAILURES_SHOWN = 20
STOPPED_BY_HAND = 130


class Command(BaseCommand):
    help = (
        "Download the pictures that came with products as addresses, check them, and keep them as WebP in two sizes. "
        "Running it again fetches what is missing, and what has a new address; uploaded pictures stay."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = (
            "example:\n  python manage.py fetch_product_images --limit 100\n"
            "  python manage.py fetch_product_images --at-once 16 --json"
        )
        parser.add_argument("--limit", type=_count(10**9), metavar="N", help="at most N, most popular products first")
        parser.add_argument(
            "--at-once",
            type=_count(MOST_AT_ONCE),
            default=AT_ONCE,
            metavar="N",
            help=f"downloads at the same time, 1 to {MOST_AT_ONCE} (default: %(default)s)",
        )
        parser.add_argument("--json", action="store_true", help="print the summary, with every failure, as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with _one_line_errors():
            missing = missing_pictures(options["limit"])
            with _progress(len(missing), is_shown=options["verbosity"] > 0) as on_progress:
                result = _fetch(missing, options["at_once"], on_progress)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(result)))
        else:
            self._print(result)
        if result.wanted and sum(failure.is_away for failure in result.failures) == result.wanted:
            raise CommandError("No server was reached: is this machine connected to the internet?")

    def _print(self, result: PicturesFetched) -> None:
        if not result.wanted:
            self.stdout.write("Every product that came with the address of a picture has it.")
            return
        self.stdout.write(f"  {result.fetched:>11,}  pictures fetched in {result.seconds:.1f} s")
        self.stdout.write(f"  {result.found:>11,}  were in the storage already")
        self.stdout.write(f"  {len(result.failures):>11,}  could not be had; their products show the address as before")
        for failure in result.failures[:FAILURES_SHOWN]:
            self.stdout.write(self.style.WARNING(f"  {failure.address}: {failure.reason}"))
        if unseen := result.failures[FAILURES_SHOWN:]:
            self.stdout.write(self.style.WARNING(f"  and {len(unseen):,} more, which --json lists"))
        if result.failures:
            self.stdout.write("Run the same command again to try those once more.")


def _fetch(missing: list[MissingPicture], at_once: int, on_progress: Callable[[int, int], None]) -> PicturesFetched:
    """Fetch the pictures as a background job that others can watch and stop."""
    if not missing:
        return fetch_pictures(missing, at_once=at_once, on_progress=on_progress)
    with background_job("pictures", f"{len(missing):,} pictures of products") as report:

        def both(done: int, failed: int) -> None:
            on_progress(done, failed)
            report(done / len(missing), f"{done:,} done, {failed:,} failed" if failed else f"{done:,} done")

        return fetch_pictures(missing, at_once=at_once, on_progress=both)


def _count(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= most:
            raise ArgumentTypeError(f"{text!r} is not a whole number from 1 to {most}")
        return int(text)

    return number


@contextmanager
def _progress(total: int, *, is_shown: bool) -> Iterator[Callable[[int, int], None]]:
    console = Console(stderr=True)
    columns = (
        *(TextColumn("Fetching"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[failed]}")),
        *(TimeRemainingColumn(), TextColumn("left")),
    )
    with Progress(*columns, console=console, disable=not (is_shown and console.is_terminal)) as progress:
        task = progress.add_task("", total=total, failed="")
        yield lambda done, failed: progress.update(task, completed=done, failed=f"{failed:,} failed" if failed else "")


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        raise CommandError(
            f"the database refused ({str(error).partition(chr(10))[0]}): check DATABASE_URL, that the server runs, and "
            "run `python manage.py migrate`"
        ) from None
    except OSError as error:
        raise CommandError(
            f"{error.filename or 'the picture storage'} cannot be written ({error.strerror or error}): check the disk "
            "and DATA_DIR, then run the same command again to go on"
        ) from None
    except (KeyboardInterrupt, JobStopped):
        raise CommandError(
            "stopped by hand: what was fetched stays; run the same command again to go on", returncode=STOPPED_BY_HAND
        ) from None
