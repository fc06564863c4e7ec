"""The plainest format: with and without header, with and without time."""

import pytest

from ml.datasets.line_source import LineSource
from ml.datasets.ratings_csv import RatingsCsv
from ml.datasets.records import Contents, DatasetError, InteractionRecord, RowError

A, B = InteractionRecord("a", "x", 4.0, 9.0, "rate", 1), InteractionRecord("b", "y", 5.0, None, "rate", 2)


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "ratings.csv"
        path.write_text(text)
        with LineSource(path) as source:
            return list(RatingsCsv().interactions(source))

    return read_text


@pytest.mark.parametrize("text", ["a,x,4,9\nb,y,5\n", "a,x,4,9\nb,y,5,\n", 'a,"x",4.0,9.0\n b , y ,5\n'])
def test_without_header(read, text):
    assert read(text) == [A, B]


@pytest.mark.parametrize(
    "text",
    [
        "UserID,ProductID,Rating,Timestamp\na,x,4,9\nb,y,5,\n",
        "timestamp, rating ,movieId,userId\n9,4,x,a\n,5,y,b\n",
        "user_id,asin,stars,time\na,x,4,9\nb,y,5,\n",
    ],
)
def test_with_header_in_any_order(read, text):
    assert read(text) == [A._replace(line=2), B._replace(line=3)]


def test_a_header_without_time(read):
    assert read("UserID,ProductID,Rating\nb,y,5\n") == [B]


@pytest.mark.parametrize(
    ("row", "reason", "raw_id"),
    [
        ("c,z", "3 or 4 cells expected, 2 found", "z"),
        ("c,z,1,2,3", "3 or 4 cells expected, 5 found", "z"),
        ("c,z,6", "Rating '6' is not a number from 1 to 5", "z"),
        (",z,5", "UserID is missing", "z"),
        ("c,,5", "ProductID is missing", ""),
        ("c,z,5,later", "Timestamp 'later' is not a time in seconds since 1970", "z"),
    ],
)
def test_rows_that_are_refused(read, row, reason, raw_id):
    assert read(f"a,x,4,9\n{row}\nb,y,5\n") == [A, RowError(2, reason, raw_id), B._replace(line=3)]


def test_a_header_of_three_wants_three_cells(read):
    assert read("UserID,ProductID,Rating\nb,y,5,9\n") == [RowError(2, "3 cells expected, 4 found", "y")]


def test_one_meaning_twice_in_the_header(read):
    with pytest.raises(DatasetError, match=r"ratings\.csv, line 1: the header names UserID twice"):
        read("UserID,user,ProductID,Rating\na,b,x,5\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("UserID,ProductID,Rating", Contents.INTERACTIONS),
        ("a,x,4", Contents.INTERACTIONS),
        ("UserID;ProductID;Rating", Contents.NOTHING),
        ("UserID,ProductID,Rating,Colour", Contents.NOTHING),
        ("a,x,four", Contents.NOTHING),
        ("a,x,4,5,6", Contents.NOTHING),
        ("", Contents.NOTHING),
    ],
)
def test_recognise(line, expected):
    assert RatingsCsv().recognise([line]) == expected
