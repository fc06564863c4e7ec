"""List of recorded runs, and a comparison of some of them value by value."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.measuring.command import command_parser
from benchmarks.search.records import RunRecord, read_runs

SMALL_IS_GOOD = {"rmse", "mae", "seconds", "peak_rss_mib"}


class RunsError(ValueError):
    """No run or metric has this name; the text lists those that exist."""


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "runs",
        "Print a table of recorded runs, or compare some of them value by value.",
        example="--model dmf --sort ndcg_at_10 | "
        "python -m benchmarks.runs 2026-11-21T1015-dmf-1a2b3c4d 2026-11-21T1020-dmf-5e6f7a8b",
        has_rows=False,
    )
    parser.add_argument("names", nargs="*", metavar="RUN", help="runs to compare, by name or its end")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where runs are recorded (default: runs/)")
    parser.add_argument("--model", help="only runs of this model")
    parser.add_argument("--dataset", help="only runs on this data")
    parser.add_argument("--sort", metavar="METRIC", help="best first by a metric, seconds or peak_rss_mib")
    parser.add_argument("--json", action="store_true", help="print the records as JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    records, complaints = read_runs(options.runs)
    for complaint in complaints:
        print(f"skipped: {complaint}", file=sys.stderr)
    try:
        records = _chosen(records, options)
    except RunsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps([{"run": record.name, **asdict(record)} for record in records], indent=1))
    elif options.names:
        print(comparison(records))
    elif records:
        print(table(records))
    else:
        print(f"no runs are recorded in {options.runs}; python -m benchmarks.search records some")
    return 0


def table(records: Sequence[RunRecord]) -> str:
    """Return one Markdown row per run with the metrics any of them has."""
    metrics = list(dict.fromkeys(name for record in records for name in record.metrics))
    lines = [["run", "data", "trial", *metrics, "seconds", "peak MiB", "error"]]
    lines.append(["---"] * len(lines[0]))
    for record in records:
        figures = [_shown(record.metrics.get(name)) for name in metrics]
        trial = "defaults" if record.trial is None else str(record.trial)
        costs = [_shown(record.seconds, 1), _shown(record.peak_rss_mib, 0)]
        lines.append([record.name, record.dataset, trial, *figures, *costs, (record.error or "")[:60]])
    return _markdown(lines)


def comparison(records: Sequence[RunRecord]) -> str:
    """Return one Markdown row per recorded value that is not the same in all runs."""
    columns = [_flat(record) for record in records]
    names = list(dict.fromkeys(name for column in columns for name in column))
    lines = [["value", *(record.name for record in records)], ["---"] * (len(records) + 1)]
    for name in names:
        cells = [_shown(column.get(name), 4) for column in columns]
        if len(set(cells)) > 1:
            lines.append([name, *cells])
    return _markdown(lines)


def _chosen(records: list[RunRecord], options: argparse.Namespace) -> list[RunRecord]:
    chosen = [
        record
        for record in records
        if options.model in (None, record.model) and options.dataset in (None, record.dataset)
    ]
    if options.names:
        chosen = [_run_named(chosen, name) for name in options.names]
    if options.sort:
        values = {record.name: _flat(record).get(f"metrics.{options.sort}") for record in chosen}
        if options.sort in ("seconds", "peak_rss_mib"):
            values = {record.name: getattr(record, options.sort) for record in chosen}
        sign = 1 if options.sort in SMALL_IS_GOOD else -1
        if chosen and all(value is None for value in values.values()):
            known = dict.fromkeys(name for record in chosen for name in record.metrics)
            raise RunsError(f"no run has {options.sort!r}; there are {', '.join(known)}, seconds, peak_rss_mib")
        chosen.sort(key=lambda record: _place(values[record.name], sign))
    return chosen


def _run_named(records: list[RunRecord], name: str) -> RunRecord:
    matching = [record for record in records if record.name.endswith(name)]
    if len(matching) != 1:
        raise RunsError(f"{len(matching) or 'no'} runs end in {name!r}; python -m benchmarks.runs lists them")
    return matching[0]


def _place(value: Any, sign: int) -> tuple[bool, float]:
    return (True, 0.0) if value is None else (False, sign * float(value))


def _flat(record: RunRecord) -> dict[str, Any]:
    """Return the record's values by dotted name; of the curves only the last row."""
    flat: dict[str, Any] = {}
    for name, value in asdict(record).items():
        if name == "curves":
            value = value[-1] if value else {}
            name = "last"
        if isinstance(value, dict):
            flat |= {f"{name}.{key}": inner for key, inner in value.items()}
        else:
            flat[name] = value
    return flat


def _shown(value: Any, digits: int = 3) -> str:
    if value is None:
        return "-"
    return f"{value:.{digits}f}" if isinstance(value, float) else str(value)


def _markdown(lines: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
