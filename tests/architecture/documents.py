"""The documents as tests read them: fenced blocks, commands, paths, and output that is marked to be compared."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.architecture.sources import ROOT

SHELLS = {"console", "bash", "sh"}
CHECKED = "<!-- checked -->"
_FENCE = re.compile(r"^(?P<before>[^\n]*)\n```(?P<language>\w+)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
# A path with a folder and an ending, such as shop/urls.py; capitals, *, { and < stand for something else.
_PATH = re.compile(r"`((?:[a-z0-9_.-]+/)+[a-z0-9_.-]+\.(?:css|html|in|ipynb|js|json|md|py|svg|toml|ts|txt|ya?ml))`")


@dataclass(frozen=True)
class Block:
    """A fenced block of a document. `is_checked`: the line above it is CHECKED."""

    document: Path
    language: str
    text: str
    is_checked: bool

    @property
    def commands(self) -> list[tuple[str, list[str]]]:
        """Return each command that is typed at a `$`, without its comment, and the lines that it is shown to print."""
        found: list[tuple[str, list[str]]] = []
        text = self.text.replace("\\\n", " ")
        for line in text.splitlines():
            if prompt := re.match(r"[\w.]*\$ (.*)", line):
                found.append((re.sub(r"\s+#.*", "", prompt[1]), []))
            elif found:
                found[-1][1].append(line)
            elif self.language != "console":
                found.append((re.sub(r"\s+#.*", "", line), []))
        return found


def documents() -> list[Path]:
    """Return the documents that describe the project as it is; decisions and the change log tell of other days."""
    paths = [ROOT / "README.md", ROOT / "benchmarks" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path for path in paths if "decisions" not in path.parts]


def blocks(document: Path) -> list[Block]:
    """Return the fenced blocks of a document that begin at the margin."""
    return [
        Block(document, match["language"], match["text"], match["before"].strip() == CHECKED)
        for match in _FENCE.finditer("\n\n" + document.read_text())
    ]


def shell_commands() -> list[tuple[Path, str]]:
    """Return every command of every block that a shell would read, with its document."""
    return [
        (document, command)
        for document in documents()
        for block in blocks(document)
        if block.language in SHELLS
        for command, _ in block.commands
    ]


def named_paths() -> list[tuple[Path, str]]:
    """Return every file that a document names in backticks."""
    return [(document, path) for document in documents() for path in _PATH.findall(document.read_text())]


def differs(shown: list[str], printed: list[str]) -> str:
    """Return the first shown line that was not printed in its place; nothing when all were.

    Numbers, model versions and runs of spaces count alike. A line `…` stands for any lines, and `…` at the end of a
    line for its rest.
    """
    rest = [_plain(line) for line in printed if line.strip()]
    may_skip = False
    for line in (line for line in shown if line.strip()):
        if line.strip() == "…":
            may_skip = True
            continue
        while rest and may_skip and not _is_like(line, rest[0]):
            rest.pop(0)
        if not rest or not _is_like(line, rest.pop(0)):
            return line
        may_skip = False
    return "" if may_skip or not rest else f"nothing, but printed was: {rest[0]}"


def _is_like(shown: str, printed: str) -> bool:
    wanted = _plain(shown)
    return printed.startswith(wanted.removesuffix("…")) if wanted.endswith("…") else printed == wanted


def _plain(line: str) -> str:
    without_versions = re.sub(r"\b\d{8}-\d{6}-[0-9a-f]{4}\b", "0", line)
    return re.sub(r"\s+", " ", re.sub(r"\d[\d.,:-]*", "0", without_versions)).strip()
