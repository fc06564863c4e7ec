"""Rows with the physical line on which they start."""

import pytest

from ml.datasets.csv_rows import csv_objects, csv_rows, refuse_repeated_names
from ml.datasets.line_source import LineSource
from ml.datasets.records import DatasetError, RowError


@pytest.fixture
def source(tmp_path):
    opened = []

    def open_text(content):
        path = tmp_path / "data.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        opened.append(LineSource(path))
        return opened[-1].__enter__()

    yield open_text
    for each in opened:
        each.__exit__(None, None, None)


def test_a_quoted_field_runs_over_lines_and_the_next_row_is_numbered_right(source):
    rows = list(csv_rows(source('a,b\n"one\ntwo\n\nthree",2\n\nx,"say ""hi"""\n')))

    assert rows == [(1, ["a", "b"]), (2, ["one\ntwo\n\nthree", "2"]), (7, ["x", 'say "hi"'])]


def test_bad_bytes_inside_a_quoted_field_lose_that_row_only(source):
    rows = list(csv_rows(source(b'a,b\n"one\n\xff",2\nx,y\n')))

    assert rows[0] == (1, ["a", "b"])
    assert rows[1] == RowError(2, "not UTF-8 (0xff at byte 1 of the line): save the file as UTF-8")
    assert rows[-1] == (4, ["x", "y"])


def test_a_quote_left_open_is_given_up_after_a_while(source):
    rows = list(csv_rows(source('a,b\n"never closed,2\n' + "filler,1\n" * 20_000 + "x,y\n")))

    error = next(row for row in rows if isinstance(row, RowError))
    assert error.line == 2
    assert error.reason.startswith("a field is longer than 131,072 characters up to line ")
    assert error.reason.endswith(": is a quote left open?")
    assert rows[-1] == (20_003, ["x", "y"])


class TestObjects:
    def test_by_name_in_any_order_with_spaces_around(self, source):
        objects = list(csv_objects(source("b , a,c\n2,1,3\n"), ("a", "b")))

        assert objects == [(2, {"b": "2", "a": "1", "c": "3"})]

    def test_a_row_of_another_width(self, source):
        objects = list(csv_objects(source("a,b\n1\n1,2,3\n1,2\n"), ("a",)))

        assert objects == [
            RowError(2, "2 cells expected, 1 found", "1"),
            RowError(3, "2 cells expected, 3 found", "1"),
            (4, {"a": "1", "b": "2"}),
        ]

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("a,c\n1,2\n", r"line 1: the header lacks b, d$"),
            ("\n\na,c,b,a,d\n1,2\n", r"line 3: the header names a twice: rename or remove one$"),
            (b"a,\xff\n1,2\n", r"line 1: the header cannot be read: not UTF-8"),
        ],
    )
    def test_a_header_that_cannot_serve(self, source, text, problem):
        with pytest.raises(DatasetError, match=problem):
            list(csv_objects(source(text), ("a", "b", "d")))


def test_repeated_names_are_listed(source):
    with pytest.raises(DatasetError, match="the header names a, b twice"):
        refuse_repeated_names(source("a,b\n"), ["b", "a", "b", "c", "a"])
