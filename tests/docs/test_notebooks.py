"""The notebooks run from their first cell to the last, on data made here, and are kept without outputs."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))
FIRST = "from_file_to_recommendations.ipynb"
WITHOUT_DJANGO = """
import sys
sys.modules["django"] = None  # whoever imports it is refused
"""
RESULTS = """
import json
print(json.dumps({
    "refused": len(refused),
    "hits": figures["HR@10"].to_dict(),
    "looked_at": title(first),
    "recommended": list(recommended(newcomer)["recommended"]),
}))
"""


@pytest.fixture
def two_camps(tmp_path) -> str:
    """Even users review even items (lamps), odd users odd ones (desks), each leaving three out; one row is broken."""
    products = [json.dumps({"asin": f"B{item}", "title": f"{('Lamp', 'Desk')[item % 2]} {item}"}) for item in range(24)]
    reviews = [
        json.dumps(
            {"reviewerID": f"A{user}", "asin": f"B{item}", "overall": 5.0, "unixReviewTime": 1 + (item + 5 * user) % 24}
        )
        for user in range(24)
        for item in range(24)
        if (user + item) % 2 == 0 and (user // 2 + item // 2) % 4
    ]
    (tmp_path / "meta.json").write_text("\n".join(products))
    (tmp_path / "reviews.json").write_text("\n".join([*reviews, json.dumps({"asin": "B1"})]))
    return os.pathsep.join(str(tmp_path / name) for name in ("reviews.json", "meta.json"))


def executed(name: str, *, before: str, after: str) -> NotebookNode:
    """Run a notebook between two more cells."""
    notebook = nbformat.read(FOLDER / name, as_version=4)
    notebook.cells = [new_code_cell(before), *notebook.cells, new_code_cell(after)]
    client = NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(FOLDER)}})
    return client.execute()


def test_from_a_file_to_recommendations(two_camps, monkeypatch):
    monkeypatch.setenv("NOTEBOOK_DATA", two_camps)
    monkeypatch.setenv("NOTEBOOK_FORMAT", "amazon-reviews-2018")
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = executed(FIRST, before=WITHOUT_DJANGO, after=RESULTS)
    results = json.loads(notebook.cells[-1].outputs[0].text)
    camp = results["looked_at"].split()[0]

    assert results["refused"] == 1
    assert results["hits"]["item_knn"] == results["hits"]["dmf"] == 1.0
    assert [name.split()[0] for name in results["recommended"]] == [camp] * 5
    assert results["looked_at"] not in results["recommended"]


def test_the_notebooks_are_known():
    assert FIRST in NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_are_kept_without_outputs(name):
    notebook = nbformat.read(FOLDER / name, as_version=4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]

    assert cells
    assert [cell.outputs for cell in cells] == [[]] * len(cells)
    assert {cell.execution_count for cell in cells} == {None}
    nbformat.validate(notebook)
