"""Kinds of tests: long ones start first, and `pytest --fast` leaves slow kinds out."""

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
# What takes longest starts first, so that no process works alone at the end.
LONG_FIRST = (
    "tests/mongodb",
    "tests/journeys",
    "tests/postgresql",
    "tests/recommendations/learning",
    "tests/benchmarks",
    "tests/ml/rating",
    "tests/ml/recommenders",
    "tests/faults",
    "tests/docs",
)
NEEDS_A_PROGRAM = {"browser", "mariadb", "mongodb", "postgresql", "redis"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast",
        action="store_true",
        help="leave out tests with servers, a browser, a training or processes of their own",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--fast"):
        sys.meta_path.insert(0, _NoTraining())
        if hasattr(config, "workerinput") or not config.getoption("numprocesses", None):  # else it starts the workers
            subprocess.Popen = _NoPython  # type: ignore[misc]  # tests that start programs find this one
        os.environ["FAST_TESTS"] = "1"  # for tests/programs.py and for tests in a process of their own


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put long files first, and leave out what needs a program in a fast run."""
    if config.getoption("--fast"):
        left_out = [item for item in items if any(mark.name in NEEDS_A_PROGRAM for mark in item.iter_markers())]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    path = item.path.relative_to(ROOT).as_posix() if item.path.is_relative_to(ROOT) else ""
    return next((place for place, folder in enumerate(LONG_FIRST) if path.startswith(folder)), len(LONG_FIRST))


class _NoPython(subprocess.Popen[Any]):
    """A `Popen` that skips the test which starts another Python process: a server, a worker, a training, a command."""

    def __init__(self, args: Any, *others: Any, **options: Any) -> None:
        self.returncode = None  # for the destructor
        if not isinstance(args, str | bytes) and next(iter(args), None) == sys.executable:
            pytest.skip("starts a process of its own: left out of a fast run")
        super().__init__(args, *others, **options)


class _NoTraining:
    """An import finder that skips the test which imports TensorFlow."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in {"tensorflow", "keras"}:
            pytest.skip("trains with TensorFlow: left out of a fast run", allow_module_level=True)
        return None
