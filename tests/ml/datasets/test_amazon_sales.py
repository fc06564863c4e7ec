"""The dirt of the 16-column CSV, one kind at a time."""

from decimal import Decimal

import pytest

from ml.datasets.amazon_sales import AmazonSales, first_word, readable_category
from ml.datasets.line_source import LineSource
from ml.datasets.records import InteractionRecord, ProductRecord, RowError
from tests.ml.datasets.samples import sales_csv


@pytest.fixture
def read(tmp_path):
    def read_rows(*rows, kind="products"):
        path = tmp_path / "sales.csv"
        path.write_text(sales_csv(*rows), encoding="utf-8")
        with LineSource(path) as source:
            return list(getattr(AmazonSales(), kind)(source))

    return read_rows


def test_a_product_in_full(read):
    assert read({}) == [
        ProductRecord(
            external_id="P1",
            title="Solvo Desk Lamp, dimmable",
            description="Bright : 800 lumen\nWarm light",
            brand="Solvo",
            category_path=("Home & Kitchen", "Lamps, Bulbs & Tubes", "USB Lamps"),
            keywords=("USB Lamps", "Lamps, Bulbs & Tubes", "Home & Kitchen"),
            price=Decimal(1099),
            list_price=Decimal("150000.50"),
            currency="INR",
            image_url="https://pictures.example/I/lamp._SX300_.jpg",
            rating=4.2,
            rating_count=24269,
            line=2,
        )
    ]


def test_each_reviewer_rated_the_product_with_its_mean(read):
    assert read({"user_id": "U1, U2,,U1"}, kind="interactions") == [
        InteractionRecord("U1", "P1", 4.2, None, "rate", 2),
        InteractionRecord("U2", "P1", 4.2, None, "rate", 2),
    ]


def test_a_broken_rating_costs_a_product_its_stars_and_its_reviewers_their_rows(read):
    rows: tuple[dict[str, str], ...] = ({}, {"product_id": "P2", "rating": "|"}, {"product_id": "P3"})

    products = read(*rows)
    interactions = read(*rows, kind="interactions")

    # The review of each row runs over two lines: the second row starts on line 4.
    problem = "rating '|' is not a number from 1 to 5"
    assert [(product.external_id, product.rating, product.notes, product.line) for product in products] == [
        ("P1", 4.2, (), 2),
        ("P2", None, (problem,), 4),
        ("P3", 4.2, (), 6),
    ]
    assert interactions[2] == RowError(4, problem, "P2")
    assert [record.item for record in interactions if isinstance(record, InteractionRecord)] == ["P1", "P1", "P3", "P3"]


def test_empty_cells_are_left_unsaid(read):
    cells = ("rating", "rating_count", "discounted_price", "actual_price", "about_product", "category", "img_link")
    (product,) = read(dict.fromkeys(cells, " "))

    assert product == ProductRecord(
        external_id="P1", title="Solvo Desk Lamp, dimmable", brand="Solvo", currency="INR", line=2
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"product_name": " "}, "product_name is missing"),
        ({"product_id": ""}, "product_id is missing"),
    ],
)
def test_a_product_without_name_or_id_is_refused(read, cells, reason):
    (error,) = read(cells)

    assert error == RowError(2, reason, cells.get("product_id", "P1"))


def test_repeated_products_are_all_yielded(read):
    assert [record.line for record in read({}, {}, {})] == [2, 4, 6]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Computers&Accessories", "Computers & Accessories"),
        ("Keyboards,Mice&InputDevices", "Keyboards, Mice & Input Devices"),
        ("USBtoUSBAdapters", "USB to USB Adapters"),
        ("Webcams&VoIPEquipment", "Webcams & VoIP Equipment"),
        ("3DGlasses", "3D Glasses"),
        ("HDMICables", "HDMI Cables"),
        ("In-Ear", "In-Ear"),
        ("Already Spaced & Fine", "Already Spaced & Fine"),
    ],
)
def test_readable_category(name, expected):
    assert readable_category(name) == expected


@pytest.mark.parametrize(
    ("title", "brand"),
    [
        ("TP-Link Router", "TP-Link"),
        ("PROLEGEND® Stand", "PROLEGEND"),
        ("7SEVEN® Remote", "7SEVEN"),
        ("!!1000 W", ""),
        ("R", ""),
    ],
)
def test_first_word(title, brand):
    assert first_word(title) == brand
