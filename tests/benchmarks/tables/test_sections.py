import importlib.util

import pytest

from benchmarks.tables.markdown import Column
from benchmarks.tables.sections import SECTIONS, read_sections

FRUIT = """
[fruit]
title = "Fruit"
command = "python -m fruit"

[fruit.names]
name = { head = "name", text = true }

[[fruit.tables]]
[fruit.tables.columns]
taste = { head = "taste", best = "high" }
gain = { head = "gain", digits = 1, interval = "gain_in", sign = true }

[nuts]
title = "Nuts"
command = "python -m nuts"
tables_of = "fruit"

[nuts.names]
kind = { head = "kind", digits = 0 }
"""


def test_entries_become_sections_with_their_columns():
    sections = read_sections(FRUIT)

    assert list(sections) == ["fruit", "nuts"]
    assert (sections["fruit"].title, sections["fruit"].command) == ("Fruit", "python -m fruit")
    assert sections["fruit"].names == (Column("name", "name", None),)
    assert sections["fruit"].tables == {
        "": (Column("taste", "taste", best="high"), Column("gain", "gain", 1, interval="gain_in", sign=True))
    }
    assert sections["nuts"].names == (Column("kind", "kind", 0),)
    assert sections["nuts"].tables == sections["fruit"].tables


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [('title = "Nuts"', "", KeyError), ("digits = 0", "digit = 0", TypeError), ('head = "kind", ', "", TypeError)],
    ids=["no title", "unknown key", "no head"],
)
def test_an_entry_with_wrong_keys_is_refused(old, new, error):
    with pytest.raises(error):
        read_sections(FRUIT.replace(old, new))


def test_every_section_can_be_measured_and_told_apart():
    for name, section in SECTIONS.items():
        assert name.isidentifier()
        assert section.command.startswith("python -m benchmarks."), name
        assert importlib.util.find_spec(section.command.split()[2]) is not None
        assert section.names, name
        for columns in section.tables.values():
            keys = [column.key for column in (*section.names, *columns)]
            assert len(keys) == len(set(keys)), name
            heads = [column.head for column in (*section.names, *columns)]
            assert all(heads), name


def test_quality_shows_what_is_asked_of_it():
    shown = {column.key for columns in SECTIONS["quality"].tables.values() for column in columns}

    assert {"hr_at_10", "ndcg_at_10", "hr_at_10_cold", "ndcg_at_20_full", "fit_seconds", "peak_rss_mib"} <= shown
    assert SECTIONS["purchases"].tables == SECTIONS["quality"].tables
