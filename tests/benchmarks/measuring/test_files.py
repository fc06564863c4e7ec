import json
from pathlib import Path

import pytest

from benchmarks.measuring.files import STANDARD_OUTPUT, refuse_unwritable, write_rows, write_whole


def test_rows_replace_the_file_and_leave_nothing_beside(tmp_path):
    file = tmp_path / "rows.json"
    for rows in ([{"a": 1}], [{"a": 1}, {"a": 2}]):
        write_rows(rows, file)

    assert json.loads(file.read_text()) == [{"a": 1}, {"a": 2}]
    assert [path.name for path in tmp_path.iterdir()] == ["rows.json"]


def test_standard_output_and_none_are_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for target in (None, STANDARD_OUTPUT):
        refuse_unwritable(target)
        write_rows([{"a": 1}], target)

    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"--json .*rows\.json: there is no such folder"):
        refuse_unwritable(Path(tmp_path / "none" / "rows.json"))


def test_a_file_is_written_whole_or_not_at_all(tmp_path):
    page = tmp_path / "report.html"
    write_whole(page, "first")
    with pytest.raises(UnicodeEncodeError):
        write_whole(page, "\ud800")

    assert page.read_text() == "first"
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]
