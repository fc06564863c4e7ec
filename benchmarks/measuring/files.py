"""Files that appear whole or not at all, and the rows that `--json FILE` asks for."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

STANDARD_OUTPUT = Path("-")


def write_whole(path: Path, text: str) -> None:
    """Write a file beside its place, then rename it: a reader never sees half of it."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def refuse_unwritable(file: Path | None) -> None:
    """Raise FileNotFoundError when --json names a file in a folder that does not exist."""
    if file is not None and not file.absolute().parent.is_dir():
        raise FileNotFoundError(f"--json {file}: there is no such folder to write to")


def write_rows(rows: Sequence[Mapping[str, Any]], file: Path | None) -> None:
    """Write the rows as JSON; do nothing for None and for standard output, where rows are printed at the end."""
    if file is not None and file != STANDARD_OUTPUT:
        write_whole(file, json.dumps(rows, indent=1) + "\n")
