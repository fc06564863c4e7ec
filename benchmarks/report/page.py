"""The page: sections of text, tables and pictures, rendered with page.html."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.template import Context, Engine

from benchmarks.report.drawing import Picture


@dataclass(frozen=True)
class Table:
    """A table of the page.

    - heads: one per column.
    - rows: cells as text; the first cell names the row.
    - words: heads of columns that hold sentences instead of figures.
    """

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[str] = ()

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """The rows, each cell with whether it holds words."""
        return [[(cell, head in self.words) for head, cell in zip(self.heads, row, strict=True)] for row in self.rows]


@dataclass(frozen=True)
class Section:
    """One part of the page; id: for links to it."""

    id: str
    title: str
    text: Sequence[str]
    tables: Sequence[Table]
    pictures: Sequence[Picture]


def render(title: str, made: str, sections: Sequence[Section]) -> str:
    """Return the page as HTML; made: a sentence on its date and origin."""
    engine = Engine(dirs=[str(Path(__file__).parent)])
    context = Context({"title": title, "made": made, "sections": sections})
    return engine.get_template("page.html").render(context)
