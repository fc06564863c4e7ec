"""Frame of a benchmark command: its parser, and rows that are stamped, written and shown."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring.files import STANDARD_OUTPUT, refuse_unwritable, write_rows
from benchmarks.measuring.options import OptionError
from benchmarks.measuring.run_stamp import stamped
from benchmarks.tables.markdown import markdown
from benchmarks.tables.sections import SECTIONS

STOPPED_BY_HAND = 130
Row = dict[str, Any]


def command_parser(
    command: str, description: str, *, example: str, has_rows: bool = True, note: str = ""
) -> argparse.ArgumentParser:
    """Return the parser of `python -m benchmarks.COMMAND`.

    - `example`: arguments of a useful call, shown below the help, with `note` after them.
    - `has_rows`: whether the command measures rows, which `--json FILE` writes.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{command}",
        description=description,
        epilog=f"example: python -m benchmarks.{command} {example} {note}".strip(),
    )
    if has_rows:
        parser.add_argument(
            "--json", type=Path, metavar="FILE", help="also write the rows to FILE; - prints them instead of a table"
        )
    return parser


class Results:
    """Rows that a command has measured so far."""

    def __init__(self, command: str, options: argparse.Namespace, arguments: Sequence[str] | None) -> None:
        self._command, self._options, self._arguments = command, options, arguments
        self.rows: list[Row] = []

    def add(self, rows: Sequence[Row], *, section: str = "") -> None:
        """Stamp rows and write all rows measured so far; the section is the command's own unless another is named."""
        self.rows += stamped(
            rows,
            section=section or self._command,
            program=f"benchmarks.{self._command}",
            arguments=self._arguments,
            seed=getattr(self._options, "seed", 0),
        )
        write_rows(self.rows, self._options.json)

    def show(self) -> None:
        """Print the rows as JSON for `--json -`, else as Markdown tables."""
        if self._options.json == STANDARD_OUTPUT:
            print(json.dumps(self.rows, indent=1))
            return
        sections = dict.fromkeys(row["section"] for row in self.rows)
        tables = [markdown(SECTIONS[name], [row for row in self.rows if row["section"] == name]) for name in sections]
        print("\n\n".join(tables))


def all_failed(rows: Sequence[Row]) -> bool:
    """Tell whether no row could be measured."""
    return all("error" in row for row in rows)


def run_command(
    command: str,
    options: argparse.Namespace,
    arguments: Sequence[str] | None,
    measure: Callable[[Results], None],
    *,
    errors: tuple[type[Exception], ...] = (),
    is_failure: Callable[[list[Row]], bool] = all_failed,
) -> int:
    """Measure, print the rows, and return the exit status.

    - `measure`: adds rows to the results as they come. Ctrl-C keeps those that are there.
    - `errors`: exceptions to print in one line, besides OSError and OptionError.
    - `is_failure`: whether these rows mean exit status 1. By default: none of them could be measured.
    """
    results = Results(command, options, arguments)
    refusals: tuple[type[Exception], ...] = (OSError, OptionError, *errors)
    status = 0
    try:
        refuse_unwritable(options.json)
        measure(results)
    except refusals as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        kept = "complete rows are kept" if results.rows else "nothing was measured"
        print(f"Stopped by hand; {kept}.", file=sys.stderr)
        status = STOPPED_BY_HAND
    if results.rows or options.json == STANDARD_OUTPUT:
        results.show()
    return status or int(is_failure(results.rows))
