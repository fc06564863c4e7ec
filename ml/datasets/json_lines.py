"""JSON lines: one object per line."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from ml.datasets.field_values import FieldError
from ml.datasets.line_source import LineSource
from ml.datasets.records import RowError

Record = TypeVar("Record")
_SHOWN = 60


def json_records(
    source: LineSource, build: Callable[[int, dict[str, Any]], Record], *, id_key: str
) -> Iterator[Record | RowError]:
    """Yield `build(line, object)` for every line, or a RowError with the id when it raises FieldError."""
    for row in json_objects(source):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            yield build(*row)
        except FieldError as error:
            yield RowError(row[0], str(error), str(row[1].get(id_key) or "")[:60])


def json_objects(source: LineSource) -> Iterator[tuple[int, dict[str, Any]] | RowError]:
    """Yield (physical line, object) for every line with an object; skip blank lines."""
    for text in source.lines():
        if isinstance(text, RowError):
            yield text
            continue
        try:
            value = json.loads(text)
        except (ValueError, RecursionError) as error:
            if text.strip():
                yield RowError(source.line_number, _reason(text, error))
            continue
        if isinstance(value, dict):
            yield source.line_number, value
        else:
            yield RowError(source.line_number, f"a JSON object was expected, found {_shortened(text)}")


def first_object(sample: Sequence[str]) -> dict[str, Any] | None:
    """Return the first JSON object among the lines, or None."""
    for text in sample:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return value
    return None


def _reason(text: str, error: Exception) -> str:
    if not text.endswith("\n"):
        return "not valid JSON, and the line has no end: the file may be cut off here"
    reason = error.msg if isinstance(error, json.JSONDecodeError) else "nested too deeply, or a number too long"
    return f"not valid JSON ({reason}): {_shortened(text)}"


def _shortened(text: str) -> str:
    text = " ".join(text[: 2 * _SHOWN].split())
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
