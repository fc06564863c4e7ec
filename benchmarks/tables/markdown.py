"""Markdown tables of measured rows: columns with their digits, and the best of each group in bold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Row: TypeAlias = Mapping[str, Any]
NOTHING = "-"


@dataclass(frozen=True)
class Column:
    """One column.

    - digits: after the point, None for text as it is.
    - interval: key of [low, high], shown behind the figure.
    - sign: shown on positive figures too.
    - best: the better end.
    """

    key: str
    head: str
    digits: int | None = 3
    interval: str | None = None
    sign: bool = False
    best: Literal["high", "low"] | None = None


@dataclass(frozen=True)
class Section:
    """Tables of one benchmark over the same rows, with a title and the command that measures them.

    - names: columns that tell runs apart, first in every table. Rows are compared within one value of the first. A
      later row of the same names replaces an earlier one.
    - tables: captions and their columns.
    """

    title: str
    command: str
    names: tuple[Column, ...]
    tables: Mapping[str, tuple[Column, ...]]

    def identity(self, row: Row) -> tuple[Any, ...]:
        """Return the values that tell the row from others."""
        return tuple(str(row.get(column.key)) for column in self.names)


def markdown(section: Section, rows: Sequence[Row]) -> str:
    """Return the section's tables, without columns that are empty throughout.

    A row with `error` appears in the first table only, with the error.
    """
    blocks = []
    for place, (caption, columns) in enumerate(section.tables.items()):
        shown = [row for row in rows if (place == 0 if "error" in row else _has_any(row, columns))]
        if shown:
            filled = [column for column in columns if _has_any_in(shown, column)] or columns[:1]
            table = _table(section, filled, shown)
            blocks.append(f"{caption}\n\n{table}" if caption else table)
    return "\n\n".join(blocks)


def _has_any(row: Row, columns: Sequence[Column]) -> bool:
    return any(row.get(column.key) is not None for column in columns)


def _has_any_in(rows: Sequence[Row], column: Column) -> bool:
    return any(_has_any(row, [column]) for row in rows)


def _table(section: Section, columns: Sequence[Column], rows: Sequence[Row]) -> str:
    heads = [_text(column.head) for column in (*section.names, *columns)]
    ruler = ["---" if column.digits is None else "---:" for column in (*section.names, *columns)]
    lines = [heads, ruler]
    for row in rows:
        names = [_cell(column, row, is_best=False) for column in section.names]
        if "error" in row:
            cells = ["not measured: " + _text(row["error"]), *[NOTHING] * (len(columns) - 1)]
        else:
            peers = [other for other in rows if other.get(section.names[0].key) == row.get(section.names[0].key)]
            cells = [_cell(column, row, is_best=_is_best(column, row, peers)) for column in columns]
        lines.append([*names, *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _is_best(column: Column, row: Row, peers: Sequence[Row]) -> bool:
    """Tell whether no peer has a better value; a row without peers is never the best."""
    values = [value for peer in peers if isinstance(value := peer.get(column.key), int | float)]
    own = row.get(column.key)
    if column.best is None or own is None or len(values) < 2:
        return False
    return bool(own == (max(values) if column.best == "high" else min(values)))


def _cell(column: Column, row: Row, *, is_best: bool) -> str:
    value = row.get(column.key)
    if value is None:
        return NOTHING
    shown = _number(value, column)
    if column.interval and (bounds := row.get(column.interval)):
        shown += f" [{', '.join(_number(bound, column) for bound in bounds)}]"
    return f"**{shown}**" if is_best else shown


def _number(value: Any, column: Column) -> str:
    if column.digits is None or not isinstance(value, int | float):
        return _text(value)
    return f"{value:{'+' if column.sign else ''},.{column.digits}f}"


def _text(value: Any) -> str:
    return " ".join(str(value).split()).replace("|", "\\|").replace("<", "&lt;")
