"""Reader of sections.toml, the sections of benchmarks/README.md."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.tables.markdown import Column, Section

SECTIONS_FILE = Path(__file__).with_name("sections.toml")


def read_sections(text: str) -> dict[str, Section]:
    """Return the sections by name; raise KeyError or TypeError for an entry that lacks or has too many keys.

    `tables_of` names another section whose tables a section shares.
    """
    entries = tomllib.loads(text)
    return {name: _section(entry, entries) for name, entry in entries.items()}


def _section(entry: Mapping[str, Any], entries: Mapping[str, Any]) -> Section:
    tables = entries[entry["tables_of"]]["tables"] if "tables_of" in entry else entry["tables"]
    return Section(
        entry["title"],
        entry["command"],
        _columns(entry["names"]),
        {table.get("caption", ""): _columns(table["columns"]) for table in tables},
    )


def _columns(entries: Mapping[str, Mapping[str, Any]]) -> tuple[Column, ...]:
    return tuple(_column(key, **entry) for key, entry in entries.items())


def _column(key: str, *, head: str, text: bool = False, digits: int = 3, **rest: Any) -> Column:
    return Column(key, head, None if text else digits, **rest)


SECTIONS = read_sections(SECTIONS_FILE.read_text(encoding="utf-8"))
