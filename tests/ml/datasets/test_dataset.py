"""Opening a file as a data set, and finding it in a folder."""

import gzip

import pytest

from ml.datasets.dataset import DatasetFile, file_in
from ml.datasets.magento import Magento
from ml.datasets.records import Contents, DatasetError
from tests.ml.datasets.samples import SAMPLES

SAMPLE = SAMPLES["magento"]


@pytest.fixture
def folder(tmp_path):
    """A folder with purchases, products and what else lies about."""
    (tmp_path / "purchases.csv.gz").write_bytes(gzip.compress(SAMPLE.interactions_text.encode()))
    (tmp_path / "catalogue.csv").write_text(SAMPLE.products_text)
    (tmp_path / "notes.txt").write_text("not a table\n")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "older").mkdir()
    return tmp_path


def test_a_file_is_read_to_its_end(folder):
    with DatasetFile(folder / "catalogue.csv", Magento()) as data:
        assert len(list(data.products())) == len(SAMPLE.products)
        assert (data.contents, data.place) == (Contents.PRODUCTS, str(folder / "catalogue.csv"))
        assert data.position == data.size == len(SAMPLE.products_text)
        assert not data.needs_check


def test_a_gzipped_file_can_be_checked(folder):
    positions: list[int] = []
    with DatasetFile(folder / "purchases.csv.gz", Magento()) as data:
        data.check_complete(positions.append)

        assert data.needs_check
        assert positions[-1] == data.size
        assert len(list(data.interactions())) == len(SAMPLE.interactions)


def test_a_foreign_file_is_refused(folder):
    with pytest.raises(DatasetError, match="line 1: this is not magento: expected a CSV header with customer_id"):
        DatasetFile(folder / "notes.txt", Magento())


@pytest.mark.parametrize(
    ("wanted", "name"), [(Contents.PRODUCTS, "catalogue.csv"), (Contents.INTERACTIONS, "purchases.csv.gz")]
)
def test_the_one_fitting_file_of_a_folder(folder, wanted, name):
    assert file_in(folder, Magento(), wanted) == folder / name


def test_two_fitting_files_are_not_guessed_between(folder):
    (folder / "again.csv").write_text(SAMPLE.products_text)

    with pytest.raises(DatasetError) as caught:
        file_in(folder, Magento(), Contents.PRODUCTS)

    problem = "this folder has several files with magento products (again.csv, catalogue.csv): name one"
    assert str(caught.value) == f"{folder}: {problem}"


def test_no_fitting_file(folder):
    (folder / "catalogue.csv").unlink()

    with pytest.raises(DatasetError) as caught:
        file_in(folder, Magento(), Contents.PRODUCTS)

    assert str(caught.value) == f"{folder}: no file in this folder holds magento products: name a file"
