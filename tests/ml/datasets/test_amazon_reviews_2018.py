"""Review and meta files up to 2018."""

from decimal import Decimal

import pytest

from ml.datasets.amazon_reviews_2018 import AmazonReviews2018, category_path, picture_address
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, InteractionRecord, ProductRecord, RowError
from tests.ml.datasets.samples import META_2018, REVIEW_2018, json_lines


@pytest.fixture
def read(tmp_path):
    def read_rows(template, *rows, kind="products"):
        path = tmp_path / "data.json"
        path.write_text(json_lines(template, *rows))
        with LineSource(path) as source:
            return list(getattr(AmazonReviews2018(), kind)(source))

    return read_rows


def test_a_product_in_full(read):
    assert read(META_2018, {}) == [
        ProductRecord(
            external_id="B1",
            title="Desk Lamp 'Solvo'",
            description="A lamp & more.\nA second line\nBright",
            brand="Solvo",
            category_path=("Lamps", "Desk Lamps"),
            keywords=("Desk Lamps", "Lamps"),
            price=Decimal("1250.00"),
            currency="USD",
            image_url="https://pictures.example/I/1%2B2._SL500_.jpg",
            also_bought=("B2", "B3"),
            line=1,
        )
    ]


def test_a_product_of_which_little_is_known(read):
    (product,) = read({"asin": "B1", "title": "Lamp"}, {})

    assert product == ProductRecord(external_id="B1", title="Lamp", currency="USD", line=1)


def test_code_in_place_of_a_price_is_left_out_and_noted(read):
    (product,) = read(META_2018, {"price": "\n  .a-box-inner{background-color:#fff}"})

    assert product.price is None
    assert product.notes == ("price '.a-box-inner{background-color:#fff}' is not a price",)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"title": ""}, RowError(1, "title is missing", "B1")),
        ({"title": ["x"]}, RowError(1, "title is missing", "B1")),
        ({"asin": None}, RowError(1, "asin is missing", "")),
    ],
)
def test_a_product_without_title_or_id_is_refused(read, changes, error):
    assert read(META_2018, changes) == [error]


def test_values_of_unexpected_types_do_no_harm(read):
    changes = {"category": "Lamps", "image": {"a": 1}, "also_buy": "B2", "description": 3, "brand": ["x"], "price": 12}
    (product,) = read(META_2018, changes)

    assert product == ProductRecord(
        external_id="B1",
        title="Desk Lamp 'Solvo'",
        description="Bright",
        category_path=("Home",),
        keywords=("Home",),
        price=Decimal(12),
        currency="USD",
        line=1,
    )


def test_interactions(read):
    rows = read(
        REVIEW_2018,
        {},
        {"unixReviewTime": None},
        {"overall": 0.0},
        {"reviewerID": ""},
        {"unixReviewTime": 1529193600000},
        kind="interactions",
    )

    assert rows == [
        InteractionRecord("A1", "B1", 5.0, 1529193600.0, "rate", 1),
        InteractionRecord("A1", "B1", 5.0, None, "rate", 2),
        RowError(3, "overall '0.0' is not a number from 1 to 5", "B1"),
        RowError(4, "reviewerID is missing", "B1"),
        RowError(5, "unixReviewTime '1529193600000' is not a time in seconds since 1970", "B1"),
    ]


def test_tells_reviews_and_meta_files_apart():
    reader = AmazonReviews2018()

    assert reader.recognise([json_lines(REVIEW_2018, {})]) == Contents.INTERACTIONS
    assert reader.recognise([json_lines(META_2018, {})]) == Contents.PRODUCTS


@pytest.mark.parametrize(
    ("value", "fallback", "expected"),
    [
        (["Gift Cards", "Gift Cards", "</span></span></span>", "Card"], "", ("Gift Cards",)),
        (["Lamps", "x" * 61, "Desk"], "", ("Lamps",)),
        (["Tools &amp; Home"], "", ("Tools & Home",)),
        ([], "Toys & Games", ("Toys & Games",)),
        (None, '<img src="x.png" alt="AMAZON FASHION"/>', ("Amazon Fashion",)),
        ([], "<img src='x.png'/>", ()),
        ([3], None, ()),
        ([str(number) for number in range(9)], "", ("0", "1", "2", "3", "4", "5")),
    ],
)
def test_category_path(value, fallback, expected):
    assert category_path(value, fallback=fallback) == expected


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (["https://x.example/I/a._SX38_.jpg", "https://x.example/b.jpg"], "https://x.example/I/a._SL500_.jpg"),
        (["http://x.example/I/a.jpg"], "https://x.example/I/a.jpg"),
        ([], ""),
        ([None], ""),
        ("https://x.example/a.jpg", ""),
    ],
)
def test_picture_address(images, expected):
    assert picture_address(images) == expected
