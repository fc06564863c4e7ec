"""What the commands share: lists of names as options, and the file that --json names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

STANDARD_OUTPUT = Path("-")


def names_in(given: str | None) -> list[str]:
    """Return the names of an option, which commas separate, each once; None gives none."""
    return list(dict.fromkeys(name.strip() for name in (given or "").split(",") if name.strip()))


def refuse_unwritable(file: Path | None) -> None:
    """Raise FileNotFoundError before anything is measured when --json names a folder that does not exist."""
    if file is not None and not file.absolute().parent.is_dir():
        raise FileNotFoundError(f"--json {file}: there is no such folder to write to")


def write_rows(rows: Sequence[Mapping[str, Any]], file: Path | None) -> None:
    """Write the rows beside and then by one rename, so that a long measurement never leaves half a file.

    Does nothing for None and for standard output, which gets the rows at the end.
    """
    if file is not None and file != STANDARD_OUTPUT:
        beside = file.with_name(f".{file.name}.new")
        beside.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
        beside.replace(file)
