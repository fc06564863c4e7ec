"""Recorded runs: one folder DATE-model-shorthash/ each, with a run.json that people can read and diff."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from benchmarks.measuring.files import write_whole
from ml.artifact import JSON
from ml.interactions import Interactions

RECORD_NAME = "run.json"
SHORT = 8


class RunRecordError(ValueError):
    """A record cannot be read; the text names the file and the fault."""


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One fit and its result.

    - started: ISO time, UTC.
    - task: "ranking" or "rating".
    - data_sha256: hash of the run's interactions.
    - trial: number in its study, None for a run with the model's defaults.
    - metrics: measured on validation items.
    - curves: one row per check of the fit, such as {"epoch": 5, "loss": 3.1}.
    - seconds: of the fit alone.
    - peak_rss_mib: largest resident memory of the run's process, MiB.
    - error: the reason why there are no metrics.
    """

    started: str
    task: str
    model: str
    dataset: str
    data_sha256: str
    code_version: str
    study: str
    trial: int | None
    seed: int
    config: dict[str, JSON]
    metrics: dict[str, float | None] = field(default_factory=dict)
    curves: list[dict[str, JSON]] = field(default_factory=list)
    seconds: float | None = None
    peak_rss_mib: float | None = None
    error: str | None = None

    @property
    def name(self) -> str:
        """The folder's name: DATE-model-shorthash, with a hash of the whole record."""
        digest = hashlib.sha256(_text(self).encode()).hexdigest()
        return f"{self.started[:16]}-{self.model}-{digest[:SHORT]}".replace(":", "")


def write_run(directory: Path, record: RunRecord) -> Path:
    """Write a record below directory; return its run.json."""
    target = directory / record.name / RECORD_NAME
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, _text(record))
    return target


def read_run(path: Path) -> RunRecord:
    """Read one run.json; raises RunRecordError."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise RunRecordError(f"{path} is no JSON that can be read: {error}") from error
    if not isinstance(values, dict):
        raise RunRecordError(f"{path} holds {type(values).__name__}, expected an object")
    hints = get_type_hints(RunRecord)
    names = [one.name for one in fields(RunRecord)]
    if set(values) != set(names):
        wrong = ", ".join(sorted(set(values) ^ set(names)))
        raise RunRecordError(f"{path}: keys missing or unknown: {wrong}")
    for name in names:
        if not _fits(values[name], hints[name]):
            raise RunRecordError(f"{path}: {name} is {str(values[name])[:60]!r}, expected {hints[name]}")
    return RunRecord(**values)


def read_runs(directory: Path) -> tuple[list[RunRecord], list[str]]:
    """Return the records below directory, oldest first, and one line for each that was skipped as unreadable."""
    records: list[RunRecord] = []
    complaints: list[str] = []
    for path in sorted(directory.glob(f"*/{RECORD_NAME}")):
        try:
            records.append(read_run(path))
        except RunRecordError as error:
            complaints.append(str(error))
    return sorted(records, key=lambda record: (record.started, record.name)), complaints


def data_hash(interactions: Interactions) -> str:
    """Return the SHA-256 of interactions: shapes, and every row in its order."""
    digest = hashlib.sha256(f"{interactions.n_users} {interactions.n_items}".encode())
    for column in (interactions.users, interactions.items, interactions.weights, interactions.timestamps):
        digest.update(b"none" if column is None else column.tobytes())
    return digest.hexdigest()


def _text(record: RunRecord) -> str:
    """Return the record as JSON with a line per value; infinite numbers and NaN become null."""
    return json.dumps(_finite(asdict(record)), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a JSON value is of the annotated type; elements of lists and objects are numbers or JSON."""
    if get_origin(hint) is UnionType:
        return any(_fits(value, part) for part in get_args(hint))
    if get_origin(hint) is list:
        return isinstance(value, list) and all(isinstance(row, dict) for row in value)
    if get_origin(hint) is dict:
        is_number = get_args(hint)[1] == float | None
        return isinstance(value, dict) and (
            not is_number or all(_fits(inner, float | None) for inner in value.values())
        )
    if hint in (None, NoneType):
        return value is None
    kinds = (int, float) if hint is float else (hint,)
    return isinstance(value, kinds) and not isinstance(value, bool)
