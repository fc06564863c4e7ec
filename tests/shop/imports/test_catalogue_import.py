"""Products of other systems: created, updated, left alone, refused."""

import uuid
from decimal import Decimal

import pytest

from ml.datasets.records import ProductRecord, RowError
from shop.catalogue.models import Category, Product
from shop.imports.catalogue_import import ProductImportSummary
from shop.imports.exchange import MissingExchangeRate
from shop.opinions.services import record_review
from tests.factories import ProductFactory, UserFactory
from tests.shop.imports.product_records import LAMP, everything, lamp

pytestmark = pytest.mark.django_db


def counts(summary: ProductImportSummary) -> dict[str, object]:
    """What is not zero, without the time it took."""
    return {name: value for name, value in vars(summary).items() if value and name != "seconds"}


def test_a_product_in_full(run, shop_events):
    summary = run(LAMP, default_stock=7)

    product = Product.objects.get()
    stored = {name: getattr(product, name) for name in ("external_id", "title", "slug", "description", "brand")}
    assert stored == {
        "external_id": "B1", "title": "Desk Lamp", "slug": "desk-lamp", "description": "Bright", "brand": "Solvo",
    }  # fmt: skip
    assert product.keywords == "lamp, light"
    assert (product.price, product.list_price, product.stock) == (Decimal("12.00"), Decimal("18.00"), 7)
    assert (product.rating_sum, product.rating_count) == (42, 10)
    assert product.image_url == "https://pictures.example/lamp.jpg"
    assert product.category.name == "Lamps"
    assert Category.objects.get_parent(product.category).name == "Home"
    assert product.is_purchasable
    assert counts(summary) == {"read": 1, "created": 1, "categories_created": 2, "rates": {"INR": 0.012}}
    assert [event | {"occurred_at": None} for event in shop_events] == [
        {"event": "catalogue_changed", "product_ids": [product.pk], "occurred_at": None}
    ]


def test_a_second_run_changes_nothing(run, shop_events):
    records = [lamp(f"B{number}", title=f"Lamp {number % 3}") for number in range(7)]
    run(*records)
    before = everything()
    shop_events.clear()

    summary = run(*records)

    assert counts(summary) == {"read": 7, "unchanged": 7, "rates": {"INR": 0.012}}
    assert everything() == before
    assert shop_events == []
    assert Category.objects.count() == 2


def test_a_changed_record_updates_its_product_alone(run, shop_events):
    run(LAMP, lamp("B2"))
    first, second = Product.objects.order_by("external_id")
    shop_events.clear()

    summary = run(LAMP, lamp("B2", title="Better Lamp", price=Decimal(2000), category_path=("Home",)))

    changed = Product.objects.get(external_id="B2")
    assert counts(summary) == {"read": 2, "updated": 1, "unchanged": 1, "rates": {"INR": 0.012}}
    assert (changed.pk, changed.title, changed.price) == (second.pk, "Better Lamp", Decimal("24.00"))
    assert changed.category.name == "Home"
    assert changed.updated_at > second.updated_at
    # The address stays: others may link to it.
    assert changed.slug == second.slug
    assert Product.objects.get(pk=first.pk).updated_at == first.updated_at
    assert [event["product_ids"] for event in shop_events] == [[second.pk]]


def test_what_a_record_does_not_say_stays_and_so_do_stock_and_visibility(run):
    run(LAMP)
    Product.objects.update(stock=3, is_published=False)
    before = Product.objects.get()

    summary = run(ProductRecord(external_id="B1", title="Desk Lamp"), default_stock=50, default_price=Decimal(9))

    after = Product.objects.get()
    assert counts(summary) == {"read": 1, "unchanged": 1}
    assert vars(after) | {"_state": None} == vars(before) | {"_state": None}


def test_the_first_of_two_rows_of_one_product_counts(run):
    records = (LAMP, lamp("B1", title="Other", price=Decimal(5)), lamp("B2"))

    first, second = run(*records), run(*records)

    assert counts(first) == {
        "read": 3, "created": 2, "repeated": 1, "categories_created": 2, "rates": {"INR": 0.012},
    }  # fmt: skip
    assert counts(second) == {"read": 3, "unchanged": 2, "repeated": 1, "rates": {"INR": 0.012}}
    assert Product.objects.get(external_id="B1").title == "Desk Lamp"


class TestPrices:
    def test_without_a_price_a_product_is_not_for_sale(self, run):
        summary = run(lamp("B1", price=None))

        assert summary.unpriced == 1
        assert Product.objects.get().price is None
        assert not Product.objects.get().is_purchasable

    def test_the_default_price_fills_the_gaps_only(self, run):
        run(LAMP, lamp("B2", price=None))

        summary = run(LAMP, lamp("B2", price=None), default_price=Decimal("9.99"))

        assert (summary.updated, summary.unpriced) == (1, 0)
        assert Product.objects.get(external_id="B1").price == Decimal("12.00")
        assert Product.objects.get(external_id="B2").price == Decimal("9.99")

    @pytest.mark.parametrize("list_price", [None, Decimal(1000), Decimal(10), Decimal(10) ** 12])
    def test_a_list_price_that_is_no_reduction_is_dropped(self, run, list_price):
        run(lamp("B1", list_price=list_price))

        assert Product.objects.get().list_price is None

    @pytest.mark.parametrize("amount", [Decimal("0.1"), Decimal(10) ** 13])
    def test_a_price_the_shop_cannot_hold_is_left_out_and_reported(self, run, amount):
        rejects: list[RowError] = []

        summary = run(lamp("B1", price=amount), on_reject=rejects.append)

        assert Product.objects.get().price is None
        assert (summary.created, summary.incomplete, summary.unpriced, summary.rejected) == (1, 1, 1, 0)
        reason = f"kept without a field: price {amount} INR is outside what the shop can hold"
        assert rejects == [RowError(2, reason, "B1")]

    def test_a_currency_without_rate_stops_before_its_chunk_is_written(self, run, shop_events):
        with pytest.raises(MissingExchangeRate):
            run(LAMP, lamp("B2", currency="JPY"))

        assert Product.objects.count() == Category.objects.count() == 0
        assert shop_events == []


class TestRatings:
    @pytest.mark.parametrize(
        ("rating", "rating_count", "expected"),
        [
            (4.26, 3, (13, 3)),
            (5.0, 2 * 10**9, (10**10, 2 * 10**9)),
            (None, 9, (0, 0)),
            (4.0, 0, (0, 0)),
        ],
    )
    def test_mean_and_number_become_a_sum(self, run, rating, rating_count, expected):
        run(lamp("B1", rating=rating, rating_count=rating_count))

        product = Product.objects.get()
        assert (product.rating_sum, product.rating_count) == expected

    def test_the_shops_own_reviews_are_kept_on_top(self, run):
        run(LAMP)
        record_review(user=UserFactory(), product=Product.objects.get(), stars=1)

        unchanged = run(LAMP)
        run(lamp("B1", rating=5.0, rating_count=100))

        assert unchanged.unchanged == 1
        product = Product.objects.get()
        assert (product.rating_sum, product.rating_count) == (501, 101)


class TestRejects:
    def test_bad_rows_are_reported_and_the_rest_goes_in(self, run):
        rejects: list[RowError] = []
        bad = RowError(3, "price is missing", "B9")

        summary = run(LAMP, bad, lamp("x" * 65, line=4), lamp("x" * 64), on_reject=rejects.append)

        assert (summary.read, summary.created, summary.rejected) == (4, 2, 2)
        assert rejects == [bad, RowError(4, "the id is longer than 64 characters", "x" * 65)]

    def test_notes_are_reported_though_the_product_goes_in(self, run):
        rejects: list[RowError] = []

        summary = run(lamp("B1", notes=("rating '|' is odd",)), on_reject=rejects.append)

        assert (summary.created, summary.incomplete, summary.rejected) == (1, 1, 0)
        assert rejects == [RowError(2, "kept without a field: rating '|' is odd", "B1")]


def test_a_dry_run_counts_the_same_and_writes_nothing(run, shop_events):
    ProductFactory(external_id="B1", title="Old")
    records = [LAMP, lamp("B2"), lamp("B2"), lamp("B3", price=None), RowError(9, "bad")]
    before, categories = everything(), Category.objects.count()

    dry = run(*records, dry_run=True)

    assert everything() == before
    assert Category.objects.count() == categories
    assert shop_events == []
    assert counts(dry) == counts(run(*records))


def test_keywords_are_shortened_at_a_comma(run):
    run(lamp("B1", keywords=tuple(f"keyword{number:03}" for number in range(100))))

    keywords = Product.objects.get().keywords
    assert len(keywords) <= 500
    assert keywords.endswith("keyword040")


def test_stock_and_publication_of_a_record_are_for_new_products(run):
    run(lamp("B1", stock=7, is_published=False), lamp("B2", stock=0))
    run(lamp("B1", stock=9, is_published=True), lamp("B2", stock=9, is_published=False))

    assert list(Product.objects.order_by("external_id").values_list("external_id", "stock", "is_published")) == [
        ("B1", 7, False),
        ("B2", 0, True),
    ]


def test_a_price_without_currency_is_in_the_shops_own(run, settings):
    run(lamp("B1", price=Decimal("12.50"), list_price=None, currency=""))

    assert Product.objects.get().price == Decimal("12.50")


def test_new_products_get_the_keys_that_were_given(run):
    run(lamp("B1"))
    before = Product.objects.get().pk
    run(lamp("B1"), lamp("B2"), lamp("B3"), product_ids={"B1": uuid.UUID(int=1), "B2": uuid.UUID(int=2)})

    keys = dict(Product.objects.values_list("external_id", "pk"))
    assert (keys["B1"], keys["B2"]) == (before, uuid.UUID(int=2))
    assert len(set(keys.values())) == 3
