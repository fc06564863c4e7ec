"""The project's Python files as the architecture tests read them."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "benchmarks", "config", "demo", "ml", "recommendations", "shop")


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git tracks; skip the test where there is no git (an unpacked archive)."""
    listing = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in listing.stdout.splitlines() if (ROOT / line).exists()]


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root, its lines and its syntax tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


@cache
def sources() -> tuple[Source, ...]:
    """Return all Python files but migrations."""
    return tuple(
        Source(path.relative_to(ROOT), text := path.read_text(), ast.parse(text))
        for path in tracked("*.py")
        if "migrations" not in path.parts
    )


def sources_of(*packages: str) -> list[Source]:
    """Return the Python files of some top-level folders."""
    return [source for source in sources() if source.path.parts[0] in packages]
