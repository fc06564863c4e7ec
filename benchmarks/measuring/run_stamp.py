"""Origin of measured figures: command, day, code, machine and libraries. Of paths only the last part is kept."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("numpy", "scipy", "scikit-learn", "tensorflow", "tensorflow-cpu", "implicit", "scikit-surprise")


def stamped(
    rows: Sequence[Mapping[str, Any]], *, section: str, program: str, arguments: Sequence[str] | None, seed: int
) -> list[dict[str, Any]]:
    """Return the rows with `section`, their table (benchmarks/tables/sections.toml), and `run`, their origin.

    - `program`: such as benchmarks.quality.
    - `arguments`: those of the command, None for those of this process.
    """
    given = sys.argv[1:] if arguments is None else arguments
    run = {
        "command": shlex.join(["python", "-m", program, *map(_without_folders, given)]),
        "date": datetime.now(UTC).date().isoformat(),
        "code": code_version(),
        "seed": seed,
        **machine(),
    }
    return [{**row, "section": section, "run": run} for row in rows]


def code_version() -> str:
    """Return the git commit of the code, with + after it when files differ from it; else the package's version."""
    git = ["git", "-C", str(Path(__file__).resolve().parents[2])]
    try:
        commit = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S603
        state = subprocess.run(  # noqa: S603 the command is ours
            [*git, "status", "--porcelain", "--untracked-files=no", "ml", "benchmarks"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return _version("kindred") or "unknown"
    return commit.stdout.strip() + ("+" if state.stdout.strip() else "")


def machine() -> dict[str, Any]:
    """Return the machine's processor, cores this process may use, memory in GiB, and versions."""
    return {
        "cpu": _cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        "libraries": {name: found for name in LIBRARIES if (found := _version(name))},
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _without_folders(argument: str) -> str:
    """Return the argument with a path, also one after --option=, shortened to its last part."""
    option, equals, value = argument.partition("=") if argument.startswith("--") else ("", "", argument)
    return option + equals + (Path(value).name or value if "/" in value else value)
