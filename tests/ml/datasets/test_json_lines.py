"""One object per line, and what else may stand there."""

import pytest

from ml.datasets.field_values import FieldError
from ml.datasets.json_lines import first_object, json_objects, json_records
from ml.datasets.line_source import LineSource
from ml.datasets.records import RowError


@pytest.fixture
def objects(tmp_path):
    def read(text):
        path = tmp_path / "data.jsonl"
        path.write_text(text)
        with LineSource(path) as source:
            return list(json_objects(source))

    return read


def test_objects_with_their_lines(objects):
    assert objects('{"a": 1}\n\n  \n{"b": "é"}') == [(1, {"a": 1}), (4, {"b": "é"})]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[1, 2]\n", "a JSON object was expected, found [1, 2]"),
        ("{'a': 1}\n", "not valid JSON (Expecting property name enclosed in double quotes): {'a': 1}"),
        ("[" * 100_000 + "\n", f"not valid JSON (nested too deeply, or a number too long): {'[' * 60}…"),
        (f'{{"a": {"9" * 5000}}}\n', f'not valid JSON (nested too deeply, or a number too long): {{"a": {"9" * 54}…'),
        ('{"a": "cut', "not valid JSON, and the line has no end: the file may be cut off here"),
    ],
)
def test_anything_else_is_a_row_error(objects, line, reason):
    assert objects('{"a": 1}\n' + line) == [(1, {"a": 1}), RowError(2, reason)]


def test_first_object():
    assert first_object(["", "nonsense\n", "[1]\n", '{"a": 1}\n', '{"b": 1}\n']) == {"a": 1}
    assert first_object(["nonsense"]) is None


def test_records_are_built_and_failures_carry_the_id(tmp_path):
    path = tmp_path / "data.jsonl"
    path.write_text('{"id": "x", "n": 1}\n{"id": "y"}\n{\n')

    def build(line, values):
        if "n" not in values:
            raise FieldError("n is missing")
        return line, values["n"]

    with LineSource(path) as source:
        records = list(json_records(source, build, id_key="id"))

    assert records[:2] == [(1, 1), RowError(2, "n is missing", "y")]
    assert isinstance(records[2], RowError)
