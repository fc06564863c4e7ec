"""The list of rows that were left out."""

import csv

import pytest
from django.core.management.base import CommandError

from ml.datasets.records import RowError
from shop.management.rejects_file import RejectsFile


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("a,b\n")
    return path


def test_rows_with_line_reason_and_id(tmp_path, data):
    path = tmp_path / "deep" / "rejects.csv"

    with RejectsFile(path, data=data) as rejects:
        rejects.add(RowError(3, 'price "x", odd', "B1"))
        rejects.add(RowError(9, "two\nlines"))
        assert rejects.rows == 2

    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["line", "reason", "raw_id"],
            ["3", 'price "x", odd', "B1"],
            ["9", "two\nlines", ""],
        ]


@pytest.mark.parametrize("start", ["=", "==", "+", "-", "@", "\t", "\r", "\n"])
def test_a_spreadsheet_finds_no_formula(tmp_path, data, start):
    path = tmp_path / "rejects.csv"

    with RejectsFile(path, data=data) as rejects:
        rejects.add(RowError(1, f"{start}1+1", f"{start}cmd()"))

    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file))[1] == ["1", f"'{start}1+1", f"'{start}cmd()"]


def test_nothing_rejected_leaves_no_file_not_even_an_old_one(tmp_path, data):
    path = tmp_path / "rejects.csv"
    path.write_text("of an earlier run")

    with RejectsFile(path, data=data) as rejects:
        assert rejects.rows == 0

    assert not path.exists()


def test_the_data_file_is_never_overwritten(data):
    with pytest.raises(CommandError, match=r"data\.csv cannot take the rejected rows: give --rejects another name\."):
        RejectsFile(data, data=data)

    assert data.read_text() == "a,b\n"


def test_a_folder_is_refused(tmp_path, data):
    with pytest.raises(CommandError, match="give --rejects another name"):
        RejectsFile(tmp_path, data=data)


def refuse(*_, **__):
    raise PermissionError(13, "Permission denied")


def write_one(path, data):
    with RejectsFile(path, data=data.with_name("other")) as rejects:
        rejects.add(RowError(1, "bad"))


def test_a_file_in_place_of_the_folder(data):
    with pytest.raises(
        CommandError, match=r"rejects\.csv cannot be written \(Not a directory\): give --rejects another"
    ):
        write_one(data / "rejects.csv", data)


def test_a_folder_that_may_not_be_written(data, monkeypatch):
    monkeypatch.setattr(type(data), "mkdir", refuse)

    with pytest.raises(
        CommandError, match=r"rejects\.csv cannot be written \(Permission denied\): give --rejects another"
    ):
        write_one(data.with_name("rejects.csv"), data)
