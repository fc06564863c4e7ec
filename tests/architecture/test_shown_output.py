"""Output that the documents show, compared with what the commands print: blocks below a line `<!-- checked -->`.

The commands of a block run one after the other in an empty shop, in a folder with a copy of `docs/examples`. The model
is a stand-in for DMF, as only its figures differ.
"""

import shlex
import shutil
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.architecture.documents import CHECKED, Block, blocks, differs, documents
from tests.architecture.sources import ROOT
from tests.recommendations import tower_model

EXAMPLES = Path("docs/examples")
MANAGE = ["python", "manage.py"]
MARKED = [block for document in documents() for block in blocks(document) if block.is_checked]


def name(block: Block) -> str:
    return f"{block.document.stem}: {block.commands[0][0]}"


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("block", MARKED, ids=name)
def test_what_a_document_shows_is_printed(block, tmp_path, monkeypatch, settings, capsys):
    shutil.copytree(ROOT / EXAMPLES, tmp_path / EXAMPLES)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(settings, "DATA_DIR", Path("var"))
    tower_model.install(monkeypatch)
    for command, shown in block.commands:
        words = shlex.split(command)
        assert words[:2] == MANAGE, f"Only commands of manage.py are run: {command}"
        capsys.readouterr()
        call_command(*words[2:])
        assert differs(shown, capsys.readouterr().out.splitlines()) == "", command


def test_a_block_is_marked_by_the_line_above_it(tmp_path):
    document = tmp_path / "some.md"
    text = "```console\n$ python manage.py a --b \\\n  c  # comment\nprinted\n```\n"
    document.write_text(f"# Some\n\n{CHECKED}\n{text}\nMore\n\n{text}")

    marked, other = blocks(document)

    assert (marked.is_checked, other.is_checked) == (True, False)
    assert marked.commands == [("python manage.py a --b    c", ["printed"])]


@pytest.mark.parametrize(
    ("shown", "difference"),
    [
        (["  1,465  rows read in 1.9 s", "Done."], ""),
        (["Done."], "Done."),
        (["…", "Done."], ""),
        (["5 rows…", "…"], ""),
        (["5 rows read in 1 s"], "nothing, but printed was: Done."),
        (["5 rows written…", "Done."], "5 rows written…"),
    ],
)
def test_lines_are_compared_without_their_numbers(shown, difference):
    assert differs(shown, ["       12 rows read in 0.25 s", "", "Done."]) == difference
