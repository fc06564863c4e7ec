"""The rooms of an app: their floors as `.importlinter` lists them, and the arrows between them as the code has them."""

import ast
import configparser
import re

from tests.architecture.sources import ROOT, Source, sources_of

DOCUMENT = ROOT / "docs" / "architecture.md"


def floors(app: str) -> list[list[str]]:
    """Return the rooms of each floor, the highest floor first."""
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter")
    lines = contracts[f"importlinter:contract:{app}-rooms"]["layers"].strip().splitlines()
    return [sorted(re.findall(r"\w+", line)) for line in lines]


def drawing(app: str) -> str:
    """Return the fenced block that docs/architecture.md must hold of an app."""
    return "\n".join([f"```layers {app}", *("  ".join(rooms) for rooms in floors(app)), "```"])


def rooms(app: str) -> set[str]:
    """Return the files and folders right under an app, but for its `__init__`."""
    folders = {path.name for path in (ROOT / app).iterdir() if (path / "__init__.py").exists()}
    return folders | {path.stem for path in (ROOT / app).glob("*.py")} - {"__init__"}


def arrows(app: str) -> set[tuple[str, str]]:
    """Return which room imports which other one, also inside functions and for type checkers."""
    modules = {_dotted(source): source for source in sources_of(app)}
    found = set()
    for name, source in modules.items():
        for target in _imported(source, app, set(modules)):
            if _room(name) and _room(target) and _room(name) != _room(target):
                found.add((_room(name), _room(target)))
    return found


def _dotted(source: Source) -> str:
    return ".".join(source.path.with_suffix("").parts).removesuffix(".__init__")


def _room(module: str) -> str:
    return module.partition(".")[2].partition(".")[0]


def _imported(source: Source, app: str, modules: set[str]) -> set[str]:
    """Return the modules of the same app that a file imports."""
    found = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {name if name in modules else node.module for name in names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return {name for name in found if name.split(".")[0] == app}
