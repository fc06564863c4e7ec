"""The error that names a file."""

from pathlib import Path

from ml.datasets.records import Contents, DatasetError


def test_a_dataset_error_is_one_line_with_file_and_line():
    assert str(DatasetError(Path("a.csv"), "it is torn", line=7)) == "a.csv, line 7: it is torn"
    assert str(DatasetError(Path("a.csv"), "it is torn")) == "a.csv: it is torn"


def test_contents_can_be_both():
    assert Contents.PRODUCTS in Contents.PRODUCTS | Contents.INTERACTIONS
    assert not Contents.NOTHING
