"""`manage.py load_demo`, end to end with a small demo."""

import json
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from accounts.models import User
from demo.management.commands import load_demo
from recommendations.behaviour.models import Interaction
from shop.catalogue.models import Product
from shop.opinions.models import Review
from shop.orders.models import Order
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

SMALL = ("--products", "8", "--shoppers", "6")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def rows() -> dict[str, int]:
    return {model.__name__: model.objects.count() for model in (Product, User, Order, Review, Interaction)}


def test_an_empty_shop_becomes_a_demo():
    said = run(*SMALL)

    assert "8  products in 3 new categories, 8 pictures" in said
    assert "of 14 new accounts" in said
    assert "shopper@kindred.example / kindred-demo" in said
    assert "admin@kindred.example / kindred-demo" in said
    assert Product.objects.count() == 8
    assert Interaction.objects.filter(source="demo").count() == Interaction.objects.count() > 200
    assert all(default_storage.exists(str(product.image.name)) for product in Product.objects.all())


def test_every_product_event_names_a_product_of_the_shop():
    run(*SMALL)
    keys = set(Product.objects.values_list("pk", flat=True))

    assert set(Interaction.objects.exclude(product_id=None).values_list("product_id", flat=True)) <= keys


def test_the_stars_of_a_product_are_its_rate_events():
    run(*SMALL)

    for product in Product.objects.all():
        stars = Interaction.objects.filter(kind="rate", product_id=product.pk).values_list("value", flat=True)
        assert (product.rating_sum, product.rating_count) == (sum(star or 0 for star in stars), len(stars))


def test_a_second_run_changes_nothing():
    run(*SMALL)
    before, products = rows(), list(Product.objects.order_by("pk").values())
    report = json.loads(run(*SMALL, "--json"))

    assert {report[name] for name in ("products", "pictures", "interactions", "orders", "reviews", "accounts")} == {0}
    assert rows() == before
    assert list(Product.objects.order_by("pk").values()) == products


def test_more_products_and_shoppers_can_be_added_later():
    run(*SMALL)
    report = json.loads(run("--products", "10", "--shoppers", "9", "--json"))

    assert (report["products"], report["pictures"], report["accounts"]) == (2, 2, 0)
    assert report["interactions"] > 0


def test_json_holds_counts_and_logins_and_nothing_else():
    report = json.loads(run(*SMALL, "--json"))

    assert set(report) == {
        *("products", "categories", "pictures", "interactions", "accounts", "orders", "reviews"),
        *("seconds", "is_skipped", "logins"),
    }
    assert report["interactions"] == Interaction.objects.count()
    assert report["logins"] == {
        "shopper": "shopper@kindred.example",
        "admin": "admin@kindred.example",
        "password": "kindred-demo",
    }
    assert report["is_skipped"] is False


def test_if_empty_leaves_a_shop_with_products_alone():
    ProductFactory()
    before = rows()

    assert "no demo was loaded" in run("--if-empty", *SMALL)
    assert json.loads(run("--if-empty", "--json"))["is_skipped"] is True
    assert rows() == before


def test_if_empty_loads_into_an_empty_shop():
    run("--if-empty", *SMALL)

    assert Product.objects.count() == 8


def test_production_is_refused(settings):
    settings.ALLOW_DEMO = False

    with pytest.raises(CommandError, match="do not allow the demo.*--force"):
        run(*SMALL)
    assert set(rows().values()) == {0}


def test_production_can_be_forced(settings):
    settings.ALLOW_DEMO = False
    run("--force", *SMALL)

    assert Product.objects.count() == 8


def test_production_with_products_is_fine_with_if_empty(settings):
    settings.ALLOW_DEMO = False
    ProductFactory()

    assert "no demo was loaded" in run("--if-empty")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--products", "0"), "--products 0: the demo catalogue can have 1 to 1828"),
        (("--products", "1829"), "1 to 1828"),
        (("--shoppers", "-1"), "--shoppers -1: choose 0 to 100000"),
        (("--products", "many"), "invalid int value"),
    ],
)
def test_impossible_numbers_are_refused(arguments, text):
    with pytest.raises(CommandError, match=text):
        run(*arguments)
    assert set(rows().values()) == {0}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OperationalError("no such table: shop_product"), "run `python manage.py migrate` first"),
        (OSError(28, "No space left on device"), "could not be written to .*No space left on device"),
        (KeyboardInterrupt(), "Stopped by hand: the shop's tables are as they were"),
    ],
)
@pytest.mark.parametrize("step", ["store_pictures", "append_demo_events", "fill_shop"])
def test_what_goes_wrong_is_one_line_and_the_shop_stays_empty(step, error, text, monkeypatch):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(load_demo, step, fail)
    with pytest.raises(CommandError, match=text) as refusal:
        run(*SMALL)

    assert "\n" not in str(refusal.value)
    assert not Product.objects.exists()
    assert not User.objects.exists()


def test_a_run_that_was_stopped_is_taken_up_again(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(load_demo, "fill_shop", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt()))
        with pytest.raises(CommandError):
            run(*SMALL)
    logged = Interaction.objects.count()
    report = json.loads(run("--if-empty", *SMALL, "--json"))

    assert logged > 0
    assert (report["products"], report["interactions"]) == (8, 0)
    assert Interaction.objects.count() == logged


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        run("--help")

    said = capsys.readouterr().out
    assert "python manage.py load_demo --products 60 --shoppers 100 --json" in said
    assert "1 to 1828 (default: 300)" in said
