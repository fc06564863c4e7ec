"""Values out of cells and JSON, and the words for those that are none."""

from decimal import Decimal

import pytest

from ml.datasets import field_values
from ml.datasets.field_values import FieldError, Price


class TestRawId:
    @pytest.mark.parametrize(
        ("value", "expected"), [(" B01 ", "B01"), (17, "17"), ("ann@example.com", "ann@example.com")]
    )
    def test_usable(self, value, expected):
        assert field_values.raw_id(value, "asin") == expected

    @pytest.mark.parametrize("value", ["", "  ", None, [], {}, 1.5, True])
    def test_missing(self, value):
        with pytest.raises(FieldError, match=r"^asin is missing$"):
            field_values.raw_id(value, "asin")

    @pytest.mark.parametrize("value", ["a\0b", "a\nb", "\ud800", "x" * 201])
    def test_unusable(self, value):
        with pytest.raises(FieldError, match=r"^asin '.*' is not usable as an id$"):
            field_values.raw_id(value, "asin")


def test_raw_ids_of_a_list():
    assert field_values.raw_ids(["B1", "", None, 3, "B2"]) == ("B1", "B2")
    assert field_values.raw_ids("B1") == ()
    assert field_values.raw_ids(None) == ()


class TestStars:
    @pytest.mark.parametrize(("value", "expected"), [(5.0, 5.0), (1, 1.0), ("4.2", 4.2), (" 3 ", 3.0)])
    def test_from_1_to_5(self, value, expected):
        assert field_values.stars(value, "rating") == expected

    @pytest.mark.parametrize(
        "value", [0, 5.01, "0.5", -1, "|", "", None, True, [4], float("nan"), "inf", 10**400, "4,2"]
    )
    def test_anything_else(self, value):
        with pytest.raises(FieldError, match=r"^rating '.*' is not a number from 1 to 5$"):
            field_values.stars(value, "rating")


class TestCount:
    @pytest.mark.parametrize(("value", "expected"), [("24,269", 24269), ("1,00,000", 100000), (0, 0), (12.0, 12)])
    def test_whole_numbers(self, value, expected):
        assert field_values.count(value, "count") == expected

    @pytest.mark.parametrize("value", ["-1", "1.5", "many", None, "9" * 12, "nan"])
    def test_anything_else(self, value):
        with pytest.raises(FieldError, match=r"^count '.*' is not a whole number from 0$"):
            field_values.count(value, "count")


class TestTimestamp:
    @pytest.mark.parametrize(
        ("value", "expected"), [(1529193600, 1529193600.0), ("1.5", 1.5), ("", None), (None, None)]
    )
    def test_seconds(self, value, expected):
        assert field_values.timestamp(value, "time") == expected

    def test_milliseconds(self):
        assert field_values.timestamp(1588687728923, "time", unit=0.001) == 1588687728.923

    def test_milliseconds_where_seconds_belong(self):
        with pytest.raises(FieldError, match=r"^time '1588687728923' is not a time in seconds since 1970$"):
            field_values.timestamp(1588687728923, "time")

    @pytest.mark.parametrize("value", [-1, "yesterday", [], 1e300])
    def test_anything_else(self, value):
        with pytest.raises(FieldError, match=r"is not a time in milliseconds since 1970$"):
            field_values.timestamp(value, "time", unit=0.001)


class TestPrice:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("$25.00", Price(Decimal("25.00"), "USD")),
            ("$1,250.00", Price(Decimal("1250.00"), "USD")),
            ("₹1,09,999", Price(Decimal(109999), "INR")),
            ("£ 3", Price(Decimal(3), "GBP")),
            ("$25.00 - $50.00", Price(Decimal("25.00"), "USD")),
            ("from 14.99", Price(Decimal("14.99"), "EUR")),
            (17.99, Price(Decimal("17.99"), "EUR")),
            (5, Price(Decimal(5), "EUR")),
        ],
    )
    def test_amount_and_currency(self, value, expected):
        assert field_values.price(value, "price", currency="EUR") == expected

    @pytest.mark.parametrize("value", [None, "", "  ", "$0.00", 0, "None", "—"])
    def test_none(self, value):
        assert field_values.price(value, "price", currency="EUR") is None

    @pytest.mark.parametrize(
        "value", [".a-box{color:#fff}", "-5", "$", "1,2,3", "12.5.6", float("nan"), "9" * 100, [1]]
    )
    def test_text_without_a_price(self, value):
        with pytest.raises(FieldError, match=r"^price '.*' is not a price$"):
            field_values.price(value, "price", currency="EUR")

    def test_more_than_can_be_stored(self):
        with pytest.raises(FieldError, match=r"^price '\$100,000,000' is above 99,999,999\.99$"):
            field_values.price("$100,000,000", "price", currency="EUR")


def test_value_or_note():
    notes: list[str] = []

    assert field_values.value_or_note(field_values.stars, "4", "rating", notes) == 4.0
    assert field_values.value_or_note(field_values.stars, " ", "rating", notes) is None
    assert field_values.value_or_note(field_values.stars, None, "rating", notes) is None
    assert notes == []
    assert field_values.value_or_note(field_values.stars, "|", "rating", notes) is None
    assert notes == ["rating '|' is not a number from 1 to 5"]


def test_shown_is_short_and_on_one_line():
    assert field_values.shown("a\n  b") == "'a b'"
    assert field_values.shown("x" * 10**7) == f"'{'x' * 40}…'"
