"""What the commands that measure a live shop have in common: they print rows, and say what kept them from it."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.live_shop import ShopError
from benchmarks.markdown_tables import markdown
from benchmarks.progress_bar import RunsBar
from benchmarks.row_files import STANDARD_OUTPUT, refuse_unwritable, write_rows
from benchmarks.run_stamp import stamped
from benchmarks.sections import SECTIONS
from benchmarks.shop_client import ClientError

STOPPED_BY_HAND = 130
Row = dict[str, Any]


def measured(
    measure: Callable[[argparse.Namespace, RunsBar], Row | list[Row]],
    options: argparse.Namespace,
    arguments: Sequence[str] | None,
    *,
    section: str,
    steps: int,
    is_failure: Callable[[Row], bool] = lambda row: False,
) -> int:
    """Measure, print the rows and write them to options.json; return the exit status, 1 also if one is a failure.

    section: of the results page, and the command's name; steps: that the bar shows.
    """
    try:
        refuse_unwritable(options.json)
        with RunsBar(steps) as bar:
            made = measure(options, bar)
    except (ClientError, OSError, ShopError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped by hand; nothing was measured.", file=sys.stderr)
        return STOPPED_BY_HAND
    found = made if isinstance(made, list) else [made]
    seed = getattr(options, "seed", 0)
    rows = stamped(found, section=section, program=f"benchmarks.{section}", arguments=arguments, seed=seed)
    write_rows(rows, options.json)
    print(json.dumps(rows, indent=1) if options.json == STANDARD_OUTPUT else markdown(SECTIONS[section], rows))
    return int(any(map(is_failure, found)))
