"""Output of this app's commands: one line per error, and a progress bar."""

from argparse import RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from pymongo.errors import PyMongoError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn

STOPPED_BY_HAND = 130
_MISSING_TABLE = ("no such table", "does not exist", "no such column")


class ExampleCommand(BaseCommand):
    """A command whose help ends with example calls."""

    example: ClassVar[str]

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs = {"formatter_class": RawDescriptionHelpFormatter, "epilog": f"example:\n{self.example}"} | kwargs
        return super().create_parser(prog_name, subcommand, **kwargs)


@contextmanager
def progress_bar(*, is_shown: bool) -> Iterator[Callable[[float, str], None]]:
    """Yield a callable that takes a fraction, 0 to 1, and a text, and shows a bar on stderr if that is a terminal."""
    console = Console(stderr=True)
    columns = (
        *(BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn()),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=console, disable=not (is_shown and console.is_terminal)) as progress:
        task = progress.add_task("", total=1.0)
        yield lambda fraction, text: progress.update(task, completed=fraction, description=text)


@contextmanager
def one_line_errors() -> Iterator[None]:
    """Turn errors of databases into one line that says what to do."""
    try:
        yield
    except (DatabaseError, PyMongoError) as error:
        reason = str(error).strip().partition("\n")[0] or type(error).__name__
        if any(text in reason for text in _MISSING_TABLE):
            advice = "it is not up to date: run `python manage.py migrate` first"
        else:
            advice = "check DATABASE_URL and BEHAVIOUR_DATABASE_URL, and that the server runs"
        raise CommandError(f"The database refused ({reason}): {advice}.") from None
    except KeyboardInterrupt:
        raise CommandError("Stopped by hand; nothing was changed.", returncode=STOPPED_BY_HAND) from None
