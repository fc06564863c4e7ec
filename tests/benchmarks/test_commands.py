"""Commands that the documents name exist, and each shows its help."""

import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = re.compile(r"python -m benchmarks\.([a-z_]+)")


def documents() -> list[Path]:
    code = [*(ROOT / "benchmarks").rglob("*.py"), *(ROOT / "docs").rglob("*.ipynb"), ROOT / "Makefile"]
    return [ROOT / "README.md", ROOT / "benchmarks/README.md", *(ROOT / "docs").rglob("*.md"), *code]


def named_commands() -> set[str]:
    return {name for path in documents() for name in COMMAND.findall(path.read_text(encoding="utf-8"))}


def existing_commands() -> set[str]:
    modules = {path.stem for path in (ROOT / "benchmarks").glob("*.py")} - {"__init__"}
    return modules | {path.parent.name for path in (ROOT / "benchmarks").glob("*/__main__.py")}


def test_documents_name_all_commands_and_no_others():
    assert named_commands() == existing_commands()
    assert len(existing_commands()) == 16


@pytest.mark.filterwarnings("ignore:.*found in sys.modules:RuntimeWarning")
@pytest.mark.parametrize("name", sorted(existing_commands()))
def test_each_command_shows_its_help(name, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", [name, "--help"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_module(f"benchmarks.{name}", run_name="__main__", alter_sys=True)

    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert printed.startswith(f"usage: python -m benchmarks.{name} ")
    assert f"example: python -m benchmarks.{name} " in " ".join(printed.split())
