"""The contract that every registered format keeps, and the choice of a format."""

import gzip
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml.datasets.line_source import LONGEST_LINE, LineSource
from ml.datasets.records import Contents, DatasetError, InteractionRecord, ProductRecord, RowError
from ml.datasets.registry import contents_of, format_names, reader_for
from tests.ml.datasets.samples import SAMPLES, sales_csv

FORMATS = format_names()
KINDS = ("products", "interactions")
FILES = [(name, kind) for name in SAMPLES for kind in KINDS if getattr(SAMPLES[name], f"{kind}_text")]
each_file = pytest.mark.parametrize(("name", "kind"), FILES)


def text_of(name: str, kind: str) -> str:
    text: str = getattr(SAMPLES[name], f"{kind}_text")
    return text


def read(path: Path, name: str, kind: str) -> list[ProductRecord | InteractionRecord | RowError]:
    with LineSource(path) as source:
        contents_of(source, reader_for(name))
        return list(getattr(reader_for(name), kind)(source))


def ids(records: Iterable[ProductRecord | InteractionRecord | RowError]) -> list[object]:
    return [
        record.external_id if isinstance(record, ProductRecord) else record[:4]
        for record in records
        if not isinstance(record, RowError)
    ]


@pytest.fixture
def written(tmp_path):
    """Write text or bytes to a file and return its path."""

    def write(content: str | bytes, name: str = "data.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def test_every_format_has_a_sample_and_a_name_that_fits():
    assert set(SAMPLES) == set(FORMATS)
    assert len(set(FORMATS)) == len(FORMATS)
    for name in FORMATS:
        reader = reader_for(name)
        # An interaction's `source` holds the name.
        assert name == name.lower()
        assert len(name) <= 32
        assert reader.summary
        assert reader.expects


class TestContract:
    @each_file
    def test_reads_its_sample(self, name, kind, written):
        records = read(written(text_of(name, kind)), name, kind)

        assert ids(records) == list(getattr(SAMPLES[name], kind))
        assert not [record for record in records if isinstance(record, RowError)]

    @each_file
    def test_values_have_their_types_and_lines_rise(self, name, kind, written):
        records = read(written(text_of(name, kind)), name, kind)

        lines = [record.line for record in records]
        assert lines == sorted(lines)
        assert lines[0] >= 1
        for record in records:
            if isinstance(record, ProductRecord):
                assert record.title
                assert record.external_id
                assert record.price is None or isinstance(record.price, Decimal)
                assert len(record.currency) in {0, 3}
                assert all(isinstance(part, str) and part for part in record.category_path)
            else:
                assert isinstance(record, InteractionRecord)
                assert record.kind in {"rate", "purchase"}
                assert record.rating is not None
                assert record.rating > 0
                assert record.kind == "purchase" or 1 <= record.rating <= 5

    @each_file
    def test_gzipped_reads_the_same(self, name, kind, written):
        text = text_of(name, kind)
        plain = written(text)
        packed = written(gzip.compress(text.encode()), "data.bin")

        assert read(packed, name, kind) == read(plain, name, kind)

    @each_file
    def test_a_mark_of_utf8_and_windows_line_ends_change_nothing(self, name, kind, written):
        text = text_of(name, kind)
        plain = read(written(text), name, kind)

        assert ids(read(written(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()), name, kind)) == ids(plain)

    @each_file
    @pytest.mark.parametrize(
        ("bad", "reason"),
        [
            (None, None),
            (b"\xff\xfe caf\xe9\n", "not UTF-8"),
            (b'"' + b"x" * (LONGEST_LINE + 1) + b'"\n', "longer than 4 MB"),
        ],
        ids=["broken", "encoding", "giant"],
    )
    def test_a_bad_row_is_named_by_its_line_and_the_rest_is_read(self, name, kind, bad, reason, written):
        text = text_of(name, kind)
        sample = SAMPLES[name]
        bad_line = bad or sample.broken.encode()
        last_row = text.splitlines(keepends=True)[-1]
        path = written(text.encode() + bad_line + last_row.encode())

        records = read(path, name, kind)

        errors = [record for record in records if isinstance(record, RowError)]
        assert [error.line for error in errors] == [text.count("\n") + 1]
        assert reason is None or reason in errors[0].reason
        expected = list(getattr(sample, kind))
        assert ids(records)[: len(expected)] == expected
        assert ids(records)[-1] == expected[-1]
        assert len(ids(records)) > len(expected)

    @each_file
    def test_a_cut_gzip_file_is_refused(self, name, kind, written):
        packed = gzip.compress(text_of(name, kind).encode())

        with pytest.raises(DatasetError, match="cut off here: download it again"):
            read(written(packed[:-9]), name, kind)

    @each_file
    def test_is_recognised_by_its_own_reader_and_by_no_other(self, name, kind):
        lines = text_of(name, kind).splitlines(keepends=True)

        found = {other: reader_for(other).recognise(lines) for other in FORMATS}

        assert Contents[kind.upper()] in found.pop(name)
        assert set(found.values()) == {Contents.NOTHING}

    @each_file
    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(junk=st.lists(st.one_of(st.text(max_size=9), st.from_regex(r'\{"[a-z]{1,9}": [0-9\[{"n]{1,4}')), max_size=5))
    def test_no_text_stops_it(self, name, kind, written, junk):
        content = (text_of(name, kind) + "\n".join(junk)).encode("utf-8", "surrogatepass")

        records = read(written(content), name, kind)

        expected = list(getattr(SAMPLES[name], kind))
        assert ids(records)[: len(expected)] == expected


class TestContentsOf:
    def test_a_foreign_file_names_the_format_that_fits(self, written):
        path = written(SAMPLES["amazon-sales"].products_text)

        with LineSource(path) as source, pytest.raises(DatasetError) as caught:
            contents_of(source, reader_for("amazon-reviews-2018"))

        assert str(caught.value).startswith(
            f"{path}, line 1: this is not amazon-reviews-2018: expected one JSON object"
        )
        assert "found 'product_id,product_name,category" in str(caught.value)
        assert str(caught.value).endswith("; try --format amazon-sales")

    def test_a_file_of_no_format_says_so(self, written):
        with LineSource(written("Dear shop,\nhello\n")) as source, pytest.raises(DatasetError) as caught:
            contents_of(source, reader_for("ratings-csv"))

        assert str(caught.value).endswith("found 'Dear shop,'; no known format fits: check the file")

    def test_an_unknown_name(self):
        with pytest.raises(KeyError):
            reader_for("amazon-reviews-1066")


def test_two_columns_of_one_name_are_refused(written):
    path = written(sales_csv({}).replace("product_link", "rating", 1))

    with pytest.raises(DatasetError) as caught:
        read(path, "amazon-sales", "products")

    assert str(caught.value) == f"{path}, line 1: the header names rating twice: rename or remove one"
