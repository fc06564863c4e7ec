"""The examples of the how-to guides run as they stand there."""

import re
import runpy
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = ["adding_a_dataset.md", "adding_a_rating_model.md", "adding_a_recommender.md"]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_example_runs(guide, tmp_path):
    [example] = re.findall(r"^```python\n(.*?)^```$", (DOCS / guide).read_text(encoding="utf-8"), re.M | re.S)

    script = tmp_path / "example.py"
    script.write_text(example, encoding="utf-8")
    runpy.run_path(str(script))
