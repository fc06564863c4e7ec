"""Products of which nothing but the id is known."""

from ml.datasets.bare_products import bare_products
from ml.datasets.records import InteractionRecord, ProductRecord, RowError


def test_one_product_per_item_at_its_first_line_and_errors_passed_on():
    error = RowError(3, "broken")
    rows: list[InteractionRecord | RowError] = [
        InteractionRecord("u1", "b", 5.0, None, "rate", 1),
        InteractionRecord("u2", "a", 5.0, None, "rate", 2),
        error,
        InteractionRecord("u3", "b", 1.0, None, "rate", 4),
    ]

    assert list(bare_products(rows)) == [
        ProductRecord(external_id="b", title="Product b", line=1),
        ProductRecord(external_id="a", title="Product a", line=2),
        error,
    ]
