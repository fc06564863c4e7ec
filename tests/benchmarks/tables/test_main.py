import json

import pytest

from benchmarks.measuring.run_stamp import stamped
from benchmarks.tables import __main__ as tables
from benchmarks.tables.__main__ import TablesError, merged, read_rows
from benchmarks.tables.sections import SECTIONS

ROW = {"dataset": "tiny", "recommender": "dmf", "hr_at_10": 0.5}


@pytest.fixture
def write(tmp_path):
    def of(name, rows):
        (tmp_path / name).write_text(rows if isinstance(rows, str) else json.dumps(rows))
        return str(tmp_path / name)

    return of


def test_sections_are_written_between_their_marks_and_text_stays(write, tmp_path, capsys):
    rows = stamped([ROW], section="quality", program="benchmarks.quality", arguments=["--data", "x"], seed=0)
    page = tmp_path / "page.md"
    page.write_text("# Figures\n\n<!-- quality: begin -->\nreplaced\n<!-- quality: end -->\n\nBy hand.\n")
    status = tables.main([write("rows.json", rows), "--readme", str(page)])
    first = page.read_text()

    assert status == 0
    assert first.startswith("# Figures\n\n<!-- quality: begin -->\n`python -m benchmarks.quality --data x`")
    assert "| tiny | dmf | 0.500 |" in first
    assert first.endswith("<!-- quality: end -->\n\nBy hand.\n")
    assert "replaced" not in first
    assert "page.md: 1 rows in section quality" in capsys.readouterr().out
    assert tables.main([write("rows.json", rows), "--readme", str(page)]) == 0
    assert page.read_text() == first


def test_a_section_without_marks_is_added_and_others_are_left_alone():
    page = merged("<!-- rating: begin -->\nkept\n<!-- rating: end -->\n", {"quality": [ROW]})

    assert "kept" in page
    assert f"## {SECTIONS['quality'].title}\n\n<!-- quality: begin -->\n" in page
    assert merged(page, {"quality": [ROW]}) == page


def test_later_files_count_and_a_section_can_be_given(write):
    stars = {"dataset": "tiny", "split": "random", "model": "floor", "rmse": 1.0}
    found = read_rows(
        [
            write("first.json", [{**ROW, "section": "quality"}, {**ROW, "recommender": "ease", "section": "quality"}]),
            write("second.json", [{**ROW, "hr_at_10": 0.75, "section": "quality"}]),
            "rating=" + write("stars.json", [stars]),
        ]
    )

    assert [(row["recommender"], row["hr_at_10"]) for row in found["quality"]] == [("dmf", 0.75), ("ease", 0.5)]
    assert found["rating"] == [stars]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "rows.json is no JSON"),
        ({"a": 1}, "rows.json holds dict, expected a list of objects"),
        ([ROW], "rows.json has a row of section None; give SECTION=rows.json"),
        ([{**ROW, "section": "odd"}], "of section 'odd'"),
        ([], "the files hold no rows"),
    ],
    ids=["broken", "object", "unnamed", "unknown", "empty"],
)
def test_rows_that_cannot_be_used_leave_the_page_as_it_is(write, tmp_path, capsys, content, message):
    page = tmp_path / "page.md"
    page.write_text("as it is")

    assert tables.main([write("rows.json", content), "--readme", str(page)]) == 1
    assert message in capsys.readouterr().err
    assert page.read_text() == "as it is"


@pytest.mark.parametrize(
    "page",
    ["<!-- quality: begin -->", "<!-- quality: end --><!-- quality: begin -->", "<!-- quality: begin -->" * 2],
    ids=["open", "turned", "twice"],
)
def test_marks_out_of_order_are_refused(page):
    with pytest.raises(TablesError, match="the page needs `<!-- quality: begin -->`"):
        merged(page, {"quality": [ROW]})


def test_a_missing_file_is_one_line(tmp_path, capsys):
    assert tables.main([str(tmp_path / "none.json")]) == 1
    assert "none.json" in capsys.readouterr().err
