"""Frame of the commands that measure a live shop: a folder for it, and rows of its figures."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measuring.command import Results, Row, run_command
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.shops.client import ClientError
from benchmarks.shops.programs import ShopError


def measure_shop(
    command: str,
    options: argparse.Namespace,
    arguments: Sequence[str] | None,
    measure: Callable[[argparse.Namespace, RunsBar], list[Row]],
    *,
    steps: int,
    is_failure: Callable[[Row], bool] = lambda row: False,
) -> int:
    """Measure, print the rows, and return the exit status: 1 also if one row is a failure.

    - `steps`: number of steps on the bar.
    """

    def measure_rows(results: Results) -> None:
        with RunsBar(steps) as bar:
            results.add(measure(options, bar))

    return run_command(
        command,
        options,
        arguments,
        measure_rows,
        errors=(ClientError, ShopError),
        is_failure=lambda rows: any(map(is_failure, rows)),
    )


@contextmanager
def shop_folder(command: str, keep: Path | None = None) -> Iterator[Path]:
    """Yield the folder to keep a shop in, else a temporary one that is deleted afterwards."""
    if keep is not None:
        yield keep
        return
    with TemporaryDirectory(prefix=f"kindred-{command}-") as name:
        yield Path(name)
