"""The command's own options and words."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from shop.catalogue.models import Product
from tests.ml.datasets.samples import META_2018, SAMPLES, json_lines, sales_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(settings, tmp_path, shop_events):
    settings.DATA_DIR = tmp_path / "var"


@pytest.fixture
def run(tmp_path):
    def run_on(content: str, format_name: str, *options: str) -> list[str]:
        path = tmp_path / "data.txt"
        path.write_text(content)
        out = StringIO()
        call_command("import_products", str(path), "--format", format_name, *options, stdout=out, no_color=True)
        return out.getvalue().splitlines()

    return run_on


def test_the_summary_of_a_dirty_file(run, tmp_path):
    content = sales_csv(
        {}, {"product_id": "P2", "rating": "|"}, {"product_id": "P2"}, {"product_id": "P3", "product_name": ""}
    )

    lines = run(content, "amazon-sales")

    assert lines[0] == "data.txt as amazon-sales: done"
    assert "            4  records read in " in lines[1]
    assert lines[2:] == [
        "            2  products created",
        "            0  products updated",
        "            0  products unchanged",
        "            3  categories created",
        "            1  rows name a product again (the first row counts)",
        "            1  products went in without a field that could not be read",
        "            1  rows rejected",
        f"  listed with line and reason in {tmp_path}/var/rejects/data.txt.import_products.csv",
        "Prices were converted at 1 INR = 0.012 USD (EXCHANGE_RATES).",
    ]
    assert list(
        Product.objects.order_by("external_id").values_list("external_id", "price", "stock", "rating_count")
    ) == [
        ("P1", Decimal("13.19"), 100, 24269),
        ("P2", Decimal("13.19"), 100, 0),
    ]


def test_running_twice_changes_nothing(run):
    first = run(SAMPLES["amazon-reviews-2023"].products_text, "amazon-reviews-2023")
    before = list(Product.objects.order_by("pk").values())

    second = run(SAMPLES["amazon-reviews-2023"].products_text, "amazon-reviews-2023")

    assert "            2  products created" in first
    assert "            0  products created" in second
    assert "            2  products unchanged" in second
    assert list(Product.objects.order_by("pk").values()) == before


def test_a_dry_run_says_so_and_writes_nothing(run):
    lines = run(SAMPLES["amazon-sales"].products_text, "amazon-sales", "--dry-run")

    assert lines[0] == "data.txt as amazon-sales: dry run, nothing was written; it would be"
    assert "            2  products created" in lines
    assert not Product.objects.exists()


def test_unpriced_products_and_what_to_do(run):
    content = json_lines(META_2018, {"price": ""}, {"asin": "B2"})

    lines = run(content, "amazon-reviews-2018")
    again = run(content, "amazon-reviews-2018", "--default-price", "25", "--default-stock", "3")

    assert lines[-1] == (
        "1 products have no price, so they are shown but not for sale: give them one in the admin, "
        "or run this again with --default-price P."
    )
    assert "            1  products updated" in again
    assert "no price" not in again[-1]
    # The stock of products that were there is the shop's own affair.
    assert set(Product.objects.values_list("external_id", "price", "stock")) == {
        ("B1", Decimal(25), 100),
        ("B2", Decimal(1250), 100),
    }


def test_default_stock_of_new_products(run):
    run(SAMPLES["amazon-sales"].products_text, "amazon-sales", "--default-stock", "0")

    assert set(Product.objects.values_list("stock", flat=True)) == {0}


@pytest.mark.parametrize("name", ["amazon-reviews-2018", "amazon-reviews-2023", "ratings-csv"])
class TestFilesOfInteractions:
    def test_are_refused_with_the_way_out(self, run, name):
        with pytest.raises(CommandError) as caught:
            run(SAMPLES[name].interactions_text, name)

        assert str(caught.value).endswith(
            "data.txt: this file holds interactions and no products: name the file with the products (for Amazon "
            "reviews meta_….json.gz), or add --bare to make products that have only their id"
        )
        assert not Product.objects.exists()

    def test_make_bare_products_when_told(self, run, name):
        items = {item for _, item, _, _ in SAMPLES[name].interactions}

        run(SAMPLES[name].interactions_text, name, "--bare")

        made = Product.objects.values_list("external_id", "title", "category__name", "price")
        assert set(made) == {(item, f"Product {item}", "Uncategorised", None) for item in items}


@pytest.mark.parametrize(
    ("option", "problem"),
    [
        (("--default-price", "cheap"), "'cheap' is not a price such as 9.99"),
        (("--default-price", "0"), "'0' is not between 0.01 and 99999999.99"),
        (("--default-price", "NaN"), "'NaN' is not a price such as 9.99"),
        (("--default-price", "1e30"), "'1e30' is not a price such as 9.99"),
        (("--default-stock", "-1"), "'-1' is not a whole number from 0 to 2000000000"),
        (("--default-stock", "9999999999"), "'9999999999' is not a whole number from 0 to 2000000000"),
    ],
)
def test_options_that_make_no_sense(run, option, problem):
    with pytest.raises(CommandError, match=problem):
        run(SAMPLES["amazon-sales"].products_text, "amazon-sales", *option)

    assert not Product.objects.exists()
