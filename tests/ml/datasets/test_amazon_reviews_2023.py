"""Review and meta files of 2023."""

from decimal import Decimal

import pytest

from ml.datasets.amazon_reviews_2023 import AmazonReviews2023
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, InteractionRecord, ProductRecord, RowError
from tests.ml.datasets.samples import META_2023, REVIEW_2023, json_lines


@pytest.fixture
def read(tmp_path):
    def read_rows(template, *rows, kind="products"):
        path = tmp_path / "data.jsonl"
        path.write_text(json_lines(template, *rows))
        with LineSource(path) as source:
            return list(getattr(AmazonReviews2023(), kind)(source))

    return read_rows


def test_a_product_in_full(read):
    assert read(META_2023, {}) == [
        ProductRecord(
            external_id="B1",
            title="Desk Lamp",
            description="A lamp.\nBright",
            brand="Solvo",
            category_path=("Home", "Lamps"),
            keywords=("Lamps", "Home"),
            price=Decimal("17.99"),
            currency="USD",
            image_url="https://pictures.example/l1.jpg",
            rating=4.5,
            rating_count=12,
            line=1,
        )
    ]


@pytest.mark.parametrize(
    ("changes", "field", "expected"),
    [
        ({"details": {}}, "brand", "The Solvo Store"),
        ({"details": None, "store": None}, "brand", ""),
        ({"categories": []}, "category_path", ("Home",)),
        ({"price": None}, "price", None),
        ({"price": "from $9.99"}, "price", Decimal("9.99")),
        ({"images": []}, "image_url", ""),
        ({"images": [{"thumb": "https://x.example/t.jpg", "large": None}]}, "image_url", "https://x.example/t.jpg"),
        ({"images": ["x", 1]}, "image_url", ""),
        ({"average_rating": None, "rating_number": None}, "rating", None),
        ({"bought_together": ["B2"]}, "also_bought", ("B2",)),
    ],
)
def test_what_may_be_missing(read, changes, field, expected):
    (product,) = read(META_2023, changes)

    assert getattr(product, field) == expected
    assert product.notes == ()


def test_totals_that_cannot_be_are_left_out_and_noted(read):
    (product,) = read(META_2023, {"average_rating": 7, "rating_number": -3})

    assert (product.rating, product.rating_count) == (None, None)
    assert product.notes == (
        "average_rating '7' is not a number from 1 to 5",
        "rating_number '-3' is not a whole number from 0",
    )


def test_a_product_without_title_is_refused(read):
    assert read(META_2023, {"title": None}) == [RowError(1, "title is missing", "B1")]


def test_interactions_belong_to_the_parent_and_times_are_milliseconds(read):
    rows = read(REVIEW_2023, {}, {"timestamp": 10**15}, {"parent_asin": ""}, kind="interactions")

    assert rows == [
        InteractionRecord("AE1", "B1", 4.0, 1588687728.923, "rate", 1),
        RowError(2, "timestamp '1000000000000000' is not a time in milliseconds since 1970", "B1"),
        RowError(3, "parent_asin is missing", ""),
    ]


def test_tells_reviews_and_meta_files_apart():
    reader = AmazonReviews2023()

    assert reader.recognise([json_lines(REVIEW_2023, {})]) == Contents.INTERACTIONS
    assert reader.recognise([json_lines(META_2023, {})]) == Contents.PRODUCTS
