"""Magento's CSV files: purchases by customer and sku, and the product export, with the dirt they come with."""

from decimal import Decimal

import pytest

from ml.datasets.field_values import FieldError
from ml.datasets.line_source import LineSource
from ml.datasets.magento import Magento, exported_paths, moment, number
from ml.datasets.records import Contents, GuestRow, InteractionRecord, ProductRecord, RowError
from tests.ml.datasets.samples import magento_csv

HEADER = "customer_id,sku,qty_ordered,row_total,last_ordered_at\n"
NOON = 1780315200.0  # 2026-06-01 12:00 UTC
BAG = InteractionRecord("17", "24-MB01", 2.0, NOON, "purchase", 2, Decimal("68.0000"))


@pytest.fixture
def read(tmp_path):
    def read_text(text: str, kind: str = "interactions"):
        path = tmp_path / "magento.csv"
        path.write_text(text)
        with LineSource(path) as source:
            return list(getattr(Magento(), kind)(source))

    return read_text


class TestPurchases:
    @pytest.mark.parametrize(
        "row",
        [
            "17,24-MB01,2.0000,68.0000,2026-06-01 12:00:00",
            ' 17 ,"24-MB01",2,"68,0000",2026-06-01T12:00:00Z',
            "17.0,24-MB01,2.0,68.0000,2026-06-01 14:00:00+02:00",
            "17,24-MB01,2,68.0000,1780315200",
        ],
    )
    def test_a_purchase(self, read, row):
        assert read(f"{HEADER}{row}\n") == [BAG]

    def test_columns_in_any_order_and_more_of_them(self, read):
        header = "last_ordered_at,name,qty_ordered,customer_id,row_total,sku"
        text = f"{header}\n2026-06-01 12:00:00,Bag,2,17,68.0000,24-MB01\n"

        assert read(text) == [BAG]

    def test_what_the_mysql_client_prints(self, read):
        text = f"{HEADER}17,24-MB01,2.0000,68.0000,2026-06-01 12:00:00\nNULL,24-MB01,2,1,NULL\n".replace(",", "\t")

        assert read(text) == [BAG, GuestRow(3, "customer_id is missing: a guest's purchase", "24-MB01")]

    def test_without_money_and_time(self, read):
        expected = [InteractionRecord("17", "24-MB01", 0.5, None, "purchase", 2, None)]

        assert read("customer_id,sku,qty_ordered\n17,24-MB01,0.5\n") == expected
        assert read(f"{HEADER}17,24-MB01,0.5,NULL,\\N\n") == expected

    @pytest.mark.parametrize("customer", ["", "NULL", "\\N", "nan", "0", "0.0"])
    def test_guests_are_left_out_apart(self, read, customer):
        (row,) = read(f"{HEADER}{customer},24-MB01,2,68,\n")

        assert isinstance(row, GuestRow)
        assert row == (2, "customer_id is missing: a guest's purchase", "24-MB01")

    @pytest.mark.parametrize(
        ("row", "reason"),
        [
            ("18,a,-1.0000,5,", "qty_ordered '-1.0000' is not a number above 0"),
            ("18,a,0.0000,5,", "qty_ordered '0.0000' is not a number above 0"),
            ("18,a,,5,", "qty_ordered is missing"),
            ("18,a,two,5,", "qty_ordered 'two' is not a number"),
            ("18,a,1e400,5,", "qty_ordered '1e400' is not a number"),
            ("18,a,9999999999,5,", "qty_ordered '9999999999' is not a number above 0"),
            ("18,,1,5,", "sku is missing"),
            ("18,a,1,-5,", "row_total '-5' is below 0"),
            ("18,a,1,free,", "row_total 'free' is not a number"),
            ("18,a,1,5,31.05.2026", "last_ordered_at '31.05.2026' is not a time such as 2026-05-31 14:05:00"),
            ("18,a,1,5,1780315200000", "last_ordered_at '1780315200000' is not a time in seconds since 1970"),
            ("18,a,1,5", "5 cells expected, 4 found"),
        ],
    )
    def test_rows_that_are_refused(self, read, row, reason):
        good = "17,24-MB01,2,68.0000,2026-06-01 12:00:00\n"

        records = read(f"{HEADER}{good}{row}\n{good}")

        assert records[0] == BAG
        assert isinstance(records[1], RowError)
        assert not isinstance(records[1], GuestRow)
        assert (records[1].line, records[1].reason) == (3, reason)
        assert records[2] == BAG._replace(line=4)


class TestProducts:
    def test_an_exported_product(self, read):
        assert read(magento_csv({}), "products") == [
            ProductRecord(
                external_id="24-MB01",
                title="Joust Duffle Bag",
                description="The sporty Joust .",
                category_path=("Gear", "Bags"),
                keywords=("Bags", "Gear", "Home, Garden", "sport", "travel"),
                price=Decimal("1034.0000"),
                stock=100,
                line=2,
            )
        ]

    def test_a_switched_off_product_is_there_and_hidden(self, read):
        (record,) = read(magento_csv({"product_online": "2"}), "products")

        assert record.is_published is False

    def test_translations_are_passed_over(self, read):
        assert len(read(magento_csv({}, {"store_view_code": "de", "name": ""}), "products")) == 1

    def test_rows_that_are_refused(self, read):
        text = magento_csv({"product_type": "configurable"}, {"sku": ""}, {"name": " "})

        assert read(text, "products") == [
            RowError(2, "product_type 'configurable' is not simple: its simple products are taken instead", "24-MB01"),
            RowError(3, "sku is missing", ""),
            RowError(4, "name is missing", "24-MB01"),
        ]

    def test_fields_that_cannot_be_read_are_noted(self, read):
        (record,) = read(magento_csv({"price": "-3", "qty": "many"}), "products")

        assert (record.price, record.stock) == (None, None)
        assert record.notes == ("price '-3' is not between 0 and 99,999,999.99", "qty 'many' is not a number")

    def test_a_backorder_is_no_stock_and_a_price_of_0_none(self, read):
        (record,) = read(magento_csv({"price": "0.0000", "qty": "-4.0000"}), "products")

        assert (record.price, record.stock, record.notes) == (None, 0, ())

    def test_a_picture_needs_a_whole_address(self, read):
        (record,) = read(magento_csv({"base_image": "https://media.example/m/b/mb01.jpg"}), "products")

        assert record.image_url == "https://media.example/m/b/mb01.jpg"

    def test_few_columns_are_enough(self, read):
        assert read("sku,name\na,Bag\n", "products") == [ProductRecord(external_id="a", title="Bag", line=2)]


@pytest.mark.parametrize(
    ("cell", "paths"),
    [
        ("", [()]),
        ("Default Category", [()]),
        ("Default Category/A/B|Default Category/C", [("A", "B"), ("C",)]),
        ("Default Category/A,Default Category/A/B", [("A",), ("A", "B")]),
        ("Default Category/Home, Garden/Tools,Outlet/Bags", [("Home, Garden", "Tools"), ("Bags",)]),
    ],
)
def test_category_paths(cell, paths):
    assert exported_paths(cell) == paths


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234", "1234"),
        ("12,5", "12.5"),
        ("2,0000", "2.0000"),
        ("1,234,567", "1234567"),
        ("-1,5", "-1.5"),
        (" 7 ", "7"),
        (Decimal("1.5"), "1.5"),
        (3, "3"),
    ],
)
def test_numbers_with_commas(written, value):
    assert number(written, "n") == Decimal(value)


@pytest.mark.parametrize("written", ["1,2,3", "1,23.4", "--1", "1 000", "NaN", Decimal("NaN"), float("inf"), b"\xff"])
def test_what_is_no_number(written):
    with pytest.raises(FieldError):
        number(written, "n")


def test_a_time_without_zone_is_utc():
    assert moment("1970-01-01 00:01:00", "t") == 60.0
    assert moment("1970-01-02", "t") == 86400.0


def test_purchases_win_over_products_in_a_file_with_both_columns():
    assert Magento().recognise(["customer_id,sku,name,qty_ordered\n"]) == Contents.INTERACTIONS
