"""Command `python -m benchmarks.tables`: write measured rows into the marked sections of benchmarks/README.md.

A section lies between `<!-- NAME: begin -->` and `<!-- NAME: end -->`. Text outside of the marks stays. A section
without marks is added at the end.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.measuring.command import command_parser
from benchmarks.tables.markdown import Row, markdown
from benchmarks.tables.sections import SECTIONS

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- {}: begin -->", "<!-- {}: end -->"


class TablesError(ValueError):
    """A file of rows, or the page, cannot be used; the text names it."""


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "tables",
        "Put the rows that benchmarks wrote with --json into their sections of benchmarks/README.md. "
        "Sections without a file stay as they are; of two rows for the same run the later file's counts.",
        example="quality.json training.json rating=stars.json",
        has_rows=False,
    )
    parser.add_argument(
        "files",
        nargs="+",
        metavar="[SECTION=]FILE",
        help=f"rows; SECTION for rows that name none: {', '.join(SECTIONS)}",
    )
    parser.add_argument("--readme", type=Path, default=README, help="another page than benchmarks/README.md")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    try:
        rows = read_rows(options.files)
        page = options.readme.read_text(encoding="utf-8") if options.readme.exists() else ""
        options.readme.write_text(merged(page, rows), encoding="utf-8")
    except (OSError, TablesError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name, of_section in rows.items():
        print(f"{options.readme.name}: {len(of_section)} rows in section {name}")
    return 0


def read_rows(files: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of JSON files (or SECTION=FILE) by section; raises TablesError."""
    sections: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
    for given in files:
        named, _, file = given.rpartition("=")
        for row in _rows_of(Path(file)):
            name = named or row.get("section")
            if name not in SECTIONS:
                raise TablesError(
                    f"{Path(file).name} has a row of section {name!r}; give SECTION={Path(file).name} with one of "
                    f"{', '.join(SECTIONS)}, or add the section to benchmarks/tables/sections.toml"
                )
            sections.setdefault(name, {})[SECTIONS[name].identity(row)] = row
    if not sections:
        raise TablesError("the files hold no rows")
    return {name: list(rows.values()) for name, rows in sections.items()}


def merged(page: str, rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the page with each section's marked part replaced; raise TablesError for marks out of order."""
    for name, of_section in rows.items():
        begin, end = BEGIN.format(name), END.format(name)
        counts = page.count(begin), page.count(end)
        if counts == (0, 0):
            page = page.rstrip("\n") + f"\n\n## {SECTIONS[name].title}\n\n{begin}\n{end}\n"
        elif counts != (1, 1) or page.index(begin) > page.index(end):
            raise TablesError(f"the page needs `{begin}` and after it `{end}`, once each")
        before, _, rest = page.partition(begin)
        after = rest.partition(end)[2]
        body = "\n\n".join([*_origins(of_section), markdown(SECTIONS[name], of_section)])
        page = f"{before}{begin}\n{body}\n{end}{after}"
    return page.lstrip("\n")


def _rows_of(path: Path) -> list[dict[str, Any]]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise TablesError(f"{path.name} is no JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise TablesError(f"{path.name} holds {type(rows).__name__}, expected a list of objects")
    return rows


def _origins(rows: Sequence[Row]) -> list[str]:
    """Return a paragraph for each run the rows come from: command, day, code, seed, machine, versions."""
    runs = {json.dumps(row["run"], sort_keys=True): row["run"] for row in rows if isinstance(row.get("run"), dict)}
    return [_origin(run) for run in runs.values()]


def _origin(run: Mapping[str, Any]) -> str:
    libraries = ", ".join(f"{name} {number}" for name, number in run.get("libraries", {}).items())
    code = re.sub(r"^([0-9a-f]{10})[0-9a-f]+", r"\1", str(run.get("code", "unknown")))
    return (
        f"`{run.get('command')}`  \n{run.get('date')}, code {code}, seed {run.get('seed')}; {run.get('cpu')}, "
        f"{run.get('cores')} cores, {run.get('memory_gib')} GiB; Python {run.get('python')}, {libraries}"
    )


if __name__ == "__main__":
    sys.exit(main())
