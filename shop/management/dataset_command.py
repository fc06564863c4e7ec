"""The base of commands that import data files: arguments, progress, errors in one line, the summary."""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ml.datasets.base import DatasetReader
from ml.datasets.dataset import Dataset
from ml.datasets.records import Contents, DatasetError, RowError
from ml.datasets.registry import format_names, reader_for
from shop.errors import ShopError
from shop.imports.background_job import JobStopped, background_job
from shop.management.dataset_places import add_place_arguments, open_dataset, shown_place
from shop.management.rejects_file import RejectsFile

STOPPED_BY_HAND = 130
_MISSING_TABLE = ("no such table", "does not exist", "no such column")


@dataclass(frozen=True)
class DatasetImport:
    """A file or database being imported, and the receivers of its reports.

    `on_progress` takes the number of rows read so far, `on_reject` each row that was left out.
    """

    reader: DatasetReader
    data: Dataset
    on_reject: Callable[[RowError], None]
    on_progress: Callable[[int], None]


class DatasetCommand(BaseCommand):
    """Imports a data file or database; `takes` names the contents a subclass reads."""

    example: ClassVar[str]
    takes: ClassVar[Contents]

    def add_arguments(self, parser: ArgumentParser) -> None:
        formats = "\n".join(f"  {name:<21}{reader_for(name).summary}" for name in format_names())
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = f"formats (plain text or .gz):\n{formats}\n\nexample:\n{self.example}"
        add_place_arguments(parser)
        parser.add_argument("--format", required=True, choices=format_names(), help="how the file is written")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done and change nothing")
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="CSV",
            help="where rows that were left out are listed with line and reason (default: rejects/ in DATA_DIR)",
        )
        parser.add_argument("--json", action="store_true", help="print the summary as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = reader_for(options["format"])
        place = shown_place(options["file"])
        command = type(self).__module__.rpartition(".")[2]
        with _one_line_errors(place), open_dataset(options, reader, self.takes) as data:
            path = Path(data.place)
            rejects_path = options["rejects"] or settings.DATA_DIR / "rejects" / f"{path.name}.{command}.csv"
            with RejectsFile(rejects_path, data=path) as rejects:
                with (
                    _progress(data, is_shown=options["verbosity"] > 0) as bar,
                    _watched(f"{command}: {path.name}", data, bar, is_dry=options["dry_run"]) as on_progress,
                ):
                    summary = self.import_file(DatasetImport(reader, data, rejects.add, on_progress), options)
                report = asdict(summary) | {
                    "rejects": str(rejects.path) if rejects.rows else None,
                    "dry_run": options["dry_run"],
                }
        if options["json"]:
            self.stdout.write(json.dumps({"format": reader.name, "file": data.place} | report, default=float))
        else:
            self._print(report, path, reader)
        if report["rejected"] and report["rejected"] == report["read"]:
            raise CommandError(f"{data.place}: no row could be used, {rejects.path} says why.")
        if not report["read"]:
            raise CommandError(f"{data.place}: {data.nothing_there}.")

    def import_file(self, file: DatasetImport, options: dict[str, Any]) -> Any:
        """Import the file and return a summary (a dataclass with at least read, rejected and seconds)."""
        raise NotImplementedError

    def lines(self, report: dict[str, Any]) -> Iterator[tuple[str, int]]:
        """Yield the counts of the summary with their labels."""
        raise NotImplementedError

    def advice(self, report: dict[str, Any], reader: DatasetReader) -> Iterator[str]:
        """Yield advice on what to do next."""
        raise NotImplementedError

    def _print(self, report: dict[str, Any], path: Path, reader: DatasetReader) -> None:
        tense = "dry run, nothing was written; it would be" if report["dry_run"] else "done"
        speed = report["read"] / report["seconds"] if report["seconds"] else 0
        self.stdout.write(self.style.MIGRATE_HEADING(f"{path.name} as {reader.name}: {tense}"))
        self.stdout.write(f"  {report['read']:>11,}  records read in {report['seconds']:.1f} s ({speed:,.0f} a second)")
        for words, number in self.lines(report):
            self.stdout.write(f"  {number:>11,}  {words}")
        if report["rejects"]:
            self.stdout.write(f"  listed with line and reason in {report['rejects']}")
        for sentence in self.advice(report, reader):
            self.stdout.write(self.style.WARNING(sentence))


@contextmanager
def _progress(data: Dataset, *, is_shown: bool) -> Iterator[Callable[[int], None]]:
    """Check the file, and yield a function that takes the number of rows read and moves the bar of a terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        *(BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[rows]}")),
        *(TimeRemainingColumn(), TextColumn("left")),
    )
    with Progress(*columns, console=console, disable=not (is_shown and console.is_terminal)) as progress:
        if data.needs_check:
            check = progress.add_task("Checking", total=data.size, rows="")
            data.check_complete(lambda position: progress.update(check, completed=position))
        task = progress.add_task("Importing", total=data.size, rows="")
        # A database knows its size only after the first query.
        yield lambda rows: progress.update(task, total=data.size, completed=data.position, rows=f"{rows:,} rows")


@contextmanager
def _watched(
    title: str, data: Dataset, on_progress: Callable[[int], None], *, is_dry: bool
) -> Iterator[Callable[[int], None]]:
    """Report progress as a background job, too, that others can watch and stop, unless nothing is written."""
    if is_dry:
        yield on_progress
        return
    with background_job("import", title) as report:

        def both(rows: int) -> None:
            on_progress(rows)
            report(data.position / data.size if data.size else 0.0, f"{rows:,} rows")

        yield both


@contextmanager
def _one_line_errors(place: str) -> Iterator[None]:
    """Turn errors of files and databases into one line with advice."""
    try:
        yield
    except DatasetError as error:
        raise CommandError(str(error)) from None
    except ShopError as error:
        raise CommandError(f"{place}: {error.message}") from None
    except (DatabaseError, PyMongoError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        if any(text in reason for text in _MISSING_TABLE):
            advice = "the database is not up to date: run `python manage.py migrate` first"
        else:
            advice = "check DATABASE_URL and BEHAVIOUR_DATABASE_URL, that the server runs, and that its disk has room"
        raise CommandError(f"the database refused ({reason}): {advice}") from None
    except (KeyboardInterrupt, JobStopped):
        raise CommandError(
            "stopped by hand: whole chunks are in, the rest is not; run the same command again to go on",
            returncode=STOPPED_BY_HAND,
        ) from None
