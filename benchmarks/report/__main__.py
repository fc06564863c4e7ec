"""Command `python -m benchmarks.report`: write the comparison report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.datasets.data_files import read_data_files
from benchmarks.measuring.command import command_parser
from benchmarks.measuring.files import write_whole
from benchmarks.measuring.own_process import Progress
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.measuring.run_stamp import code_version
from benchmarks.report import contents
from benchmarks.report.item_map import item_map
from benchmarks.report.page import Section, render
from benchmarks.search.records import read_runs
from ml.datasets.records import DatasetError
from ml.datasets.registry import format_names
from ml.recommenders.base import RecommenderError

NO_MAP = "none"


class ReportError(ValueError):
    """A file cannot be used; the text names it and the remedy."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "report",
        "Put measured figures, recorded runs and a look at the data into one self-contained HTML file.",
        example="--quality quality.json --runs runs/ --data reviews.json.gz "
        "meta.json.gz --format amazon-reviews-2018 --out report.html",
        has_rows=False,
    )
    parser.add_argument("--quality", type=Path, metavar="FILE", help="rows of benchmarks.quality, written with --json")
    parser.add_argument("--rating", type=Path, metavar="FILE", help="rows of benchmarks.rating, written with --json")
    parser.add_argument("--runs", type=Path, metavar="DIR", help="folder with the runs of benchmarks.search")
    parser.add_argument("--data", type=Path, nargs="+", metavar="FILE", help="data files to look at, of one format")
    parser.add_argument("--format", choices=format_names(), help="how the data files are written")
    parser.add_argument(
        "--vectors", default="dmf", help=f"recommender whose item vectors are mapped, or {NO_MAP} (default: dmf)"
    )
    parser.add_argument("--title", default="How the models compare", help="the page's title")
    parser.add_argument("--seed", type=int, default=0, help="seed of the fit behind the map (default: 0)")
    parser.add_argument("--out", type=Path, required=True, metavar="HTML", help="the page to write")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    try:
        sections = _sections(_steps(options))
        made = f"Made on {datetime.now(UTC):%d %B %Y}, code {code_version()[:12]}, with python -m benchmarks.report."
        write_whole(options.out, render(options.title, made, sections))
    except (ReportError, DatasetError, RecommenderError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(
        f"{options.out}: {options.out.stat().st_size / 1000:,.0f} kB, sections {', '.join(s.title for s in sections)}"
    )
    return 0


def read_rows(path: Path, needed: Sequence[str]) -> list[dict[str, Any]]:
    """Read a JSON list of objects that have the needed keys; raises ReportError."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ReportError(f"{path} is no JSON that can be read: {error}") from error
    if not isinstance(rows, list) or not rows:
        raise ReportError(f"{path}: expected a list of rows, got {str(rows)[:40]!r}")
    for number, row in enumerate(rows, start=1):
        missing = [key for key in needed if not isinstance(row, dict) or key not in row]
        if missing:
            raise ReportError(f"{path}, row {number}: without {', '.join(missing)}")
    return rows


def _steps(options: argparse.Namespace) -> dict[str, Callable[[Progress], Section]]:
    """Return functions that make the requested sections; raise ReportError for all that is cheap to check."""
    steps: dict[str, Callable[[Progress], Section]] = {}
    if not options.out.absolute().parent.is_dir():
        raise ReportError(f"--out {options.out}: there is no such folder to write to")
    if options.data and not options.format:
        raise ReportError(f"--data needs --format: one of {', '.join(format_names())}")
    if options.quality:
        ranked = read_rows(options.quality, ("dataset", "recommender", "ndcg_at_10"))
        steps["ranking"] = lambda report: contents.quality(ranked)
    if options.rating:
        predicted = read_rows(options.rating, ("model", "split", "rmse"))
        steps["stars"] = lambda report: contents.rating(predicted)
    if options.runs:
        records, complaints = read_runs(options.runs)
        for complaint in complaints:
            print(f"skipped: {complaint}", file=sys.stderr)
        if not records:
            raise ReportError(f"{options.runs} holds no recorded runs; benchmarks.search records some")
        steps["runs"] = lambda report: contents.runs(records)
    if options.data:
        steps["data"] = lambda report: _data(options, report)
    if not steps:
        raise ReportError("nothing to report on: give --quality, --rating, --runs or --data")
    return steps


def _data(options: argparse.Namespace, report: Progress) -> Section:
    file = read_data_files(options.data, options.format, lambda share, text: report(0.2 * share, text))
    places = None
    if options.vectors != NO_MAP:
        places = item_map(
            file, options.vectors, seed=options.seed, progress=lambda share, text: report(0.2 + 0.6 * share, text)
        )
    report(0.9, "drawing")
    return contents.data(file, places)


def _sections(steps: dict[str, Callable[[Progress], Section]]) -> list[Section]:
    sections = []
    with RunsBar(len(steps)) as bar:
        for name, make in steps.items():
            bar.begin(name)
            sections.append(make(bar.report))
            bar.end("drawn")
    return sections


if __name__ == "__main__":
    raise SystemExit(main())
