import json

import pytest

from benchmarks.datasets.data_files import read_data_files
from ml.datasets.records import DatasetError

RATINGS = """UserID,ProductID,Rating,Timestamp
ann,lamp,5,100
ben,lamp,3,200
ann,desk,2,300
ann,lamp,1,400
ben,desk,much,1
"""


def test_one_row_per_pair_the_latest(tmp_path):
    file = tmp_path / "small.csv"
    file.write_text(RATINGS)
    data = read_data_files([file], "ratings-csv")

    assert data.name == "small"
    assert (data.users.raw_ids, data.items.raw_ids) == (("ann", "ben"), ("lamp", "desk"))
    assert data.interactions.to_csr().toarray().tolist() == [[1, 2], [3, 0]]
    assert data.interactions.timestamps is not None
    assert sorted(data.interactions.timestamps.tolist()) == [200, 300, 400]
    assert data.is_rated.all()
    assert (data.products, data.rejected) == ({}, 1)


def test_files_of_products_and_of_reviews_come_together(tmp_path):
    products, reviews = tmp_path / "meta.json", tmp_path / "reviews.json"
    products.write_text(
        json.dumps({"asin": "B1", "title": "Lamp"}) + "\n" + json.dumps({"asin": "B2", "title": "Desk"})
    )
    reviews.write_text(json.dumps({"reviewerID": "A1", "asin": "B1", "overall": 4.0, "unixReviewTime": 7}))
    heard = []
    data = read_data_files([products, reviews], "amazon-reviews-2018", lambda share, text: heard.append((share, text)))

    assert data.items.raw_ids == ("B1", "B2")
    assert data.products["B2"].title == "Desk"
    assert data.interactions.to_csr().toarray().tolist() == [[4, 0]]
    assert [text for _, text in heard] == ["reading meta.json", "reading reviews.json"]
    assert all(0 <= share <= 1 for share, _ in heard)


def test_times_are_left_out_when_a_row_has_none(tmp_path):
    file = tmp_path / "small.csv"
    file.write_text("ann,lamp,5,100\nben,lamp,3\n")

    assert read_data_files([file], "ratings-csv").interactions.timestamps is None


def test_files_without_interactions_are_refused(tmp_path):
    file = tmp_path / "meta.json"
    file.write_text(json.dumps({"asin": "B1", "title": "Lamp"}))

    with pytest.raises(DatasetError, match="hold no interactions"):
        read_data_files([file], "amazon-reviews-2018")
