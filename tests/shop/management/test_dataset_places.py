"""Sources of the import commands; a live database from the command line to the log."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.management import CommandError, call_command

from ml.datasets.database_address import DatabaseAddress
from recommendations.behaviour.models import Interaction
from shop.catalogue.models import Product
from shop.management import dataset_places
from tests.ml.datasets.magento_tables import fill
from tests.ml.datasets.samples import SAMPLES
from tests.services_mariadb import PASSWORD, mariadb_server

pytestmark = pytest.mark.django_db
SAMPLE = SAMPLES["magento"]


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "var"


@pytest.fixture(scope="module")
def server() -> Iterator[DatabaseAddress]:
    with mariadb_server() as address:
        fill(address)
        yield address


def clock(year: int) -> type[datetime]:
    """Return a datetime for which it is always noon of 30 June."""

    class June(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(year, 6, 30, 12, tzinfo=UTC)

    return June


def run(command: str, place: str | Path, *options: str) -> str:
    out = StringIO()
    call_command(command, str(place), "--format", "magento", *options, stdout=out, no_color=True)
    return out.getvalue()


class TestFolder:
    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "dump"
        folder.mkdir()
        (folder / "export_products.csv").write_text(SAMPLE.products_text)
        (folder / "purchases.csv").write_text(SAMPLE.interactions_text + ",24-MB01,1,34,\n")
        return folder

    def test_each_command_takes_its_file(self, folder):
        products = run("import_products", folder)
        interactions = run("import_interactions", folder)

        rejects = folder.parent / "var" / "rejects"
        assert products.startswith("export_products.csv as magento: done\n")
        assert set(Product.objects.values_list("external_id", "stock")) == {("24-MB01", 100), ("24-MB02", 100)}
        assert interactions.splitlines()[2:] == [
            "            2  interactions created",
            "            0  interactions were there already",
            "            1  rows rejected",
            "            0  of them name a product that is not in the catalogue",
            "            1  of them are purchases of guests, who have no customer_id",
            f"  listed with line and reason in {rejects / 'purchases.csv.import_interactions.csv'}",
            "The purchases read come to 68,014.50 (row_total), which the log does not keep.",
            "Train on them with: python manage.py train_recommender",
        ]
        assert set(Interaction.objects.values_list("kind", "value", "source")) == {
            ("purchase", 2000.0, "magento"),
            ("purchase", 1.0, "magento"),
        }

    def test_months_are_for_a_database(self, folder):
        with pytest.raises(CommandError) as caught:
            run("import_interactions", folder, "--months", "6")

        assert str(caught.value) == (
            f"{folder}: --months is for a database: a file holds the months it was dumped with"
        )


@pytest.mark.mariadb
class TestDatabase:
    @pytest.fixture
    def place(self, server, monkeypatch):
        monkeypatch.setattr("ml.datasets.magento_database.datetime", clock(2026))
        return str(server)

    def test_products_and_purchases_twice(self, place, settings):
        settings.MAGENTO_DATABASE_PASSWORD = PASSWORD

        first = [json.loads(run(command, place, "--json")) for command in ("import_products", "import_interactions")]
        stored = list(Interaction.objects.order_by("pk").values())
        second = [json.loads(run(command, place, "--json")) for command in ("import_products", "import_interactions")]

        assert [report["created"] for report in first] == [3, 4]
        assert [(report["created"], report["rejected"]) for report in second] == [(0, 1), (0, 1)]
        assert second[0]["unchanged"] == 3
        assert second[1]["already_there"] == 4
        assert first[1]["amount"] == 229.0
        assert first[1]["file"] == place
        assert list(Interaction.objects.order_by("pk").values()) == stored
        assert set(Product.objects.values_list("external_id", "is_published", "stock")) == {
            ("24-MB01", True, 100),
            ("WS-RED", True, 100),
            ("24-UG01", False, 100),
        }

    def test_a_file_of_the_same_purchases_adds_nothing(self, place, settings, tmp_path):
        settings.MAGENTO_DATABASE_PASSWORD = PASSWORD
        path = tmp_path / "purchases.csv"
        path.write_text("customer_id,sku,qty_ordered,last_ordered_at\n17,24-MB01,3.0000,2026-06-01 12:00:00\n")
        run("import_products", place)
        run("import_interactions", place)

        report = json.loads(run("import_interactions", path, "--json"))

        assert (report["created"], report["already_there"]) == (0, 1)

    def test_months(self, place, settings):
        settings.MAGENTO_DATABASE_PASSWORD = PASSWORD
        run("import_products", place)

        assert json.loads(run("import_interactions", place, "--months", "1", "--json"))["created"] == 3

    def test_the_password_may_stand_in_the_address_and_is_never_shown(self, place):
        with_password = place.replace("owner@", f"owner:{quote(PASSWORD, safe='')}@")

        shown = run("import_products", with_password)
        with pytest.raises(CommandError) as caught:
            run("import_products", with_password.replace("owner:p", "owner:q"))

        rejects = Path("var") / "rejects" / "magento.import_products.csv"
        assert shown.startswith("magento as magento: done\n")
        assert str(rejects) in shown
        for text in (shown, str(caught.value)):
            assert PASSWORD not in text
            assert quote(PASSWORD[1:], safe="") not in text
        assert str(caught.value).startswith(f"{place}: the server refused the user or the password")

    def test_a_person_is_asked_for_it(self, place, monkeypatch):
        asked: list[str] = []

        def answer(prompt: str) -> str:
            asked.append(prompt)
            return PASSWORD

        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr(dataset_places.getpass, "getpass", answer)

        assert "3  products created" in run("import_products", place)
        assert asked == [f"Password for {place}: "]

    def test_no_purchases_in_these_months(self, place, settings, monkeypatch):
        settings.MAGENTO_DATABASE_PASSWORD = PASSWORD
        monkeypatch.setattr("ml.datasets.magento_database.datetime", clock(2030))

        with pytest.raises(CommandError) as caught:
            run("import_interactions", place)

        problem = "it holds no such rows: check the name of the database, or take more --months"
        assert str(caught.value) == f"{place}: {problem}."


class TestRefusals:
    @pytest.mark.parametrize(
        ("place", "shown"),
        [("mysql://a:secret@db.example/shop", "db.example/shop"), ("mysql://a:secret", "the database")],
    )
    def test_only_magento_reads_a_database(self, place, shown):
        with pytest.raises(CommandError) as caught:
            call_command("import_products", place, "--format", "ratings-csv")

        assert str(caught.value) == f"{shown}: only --format magento reads a database: name a file"

    def test_an_address_that_is_none(self):
        with pytest.raises(CommandError, match="^the database's address: it lacks host, user or database: expected"):
            run("import_products", "mysql://db.example")

    @pytest.mark.parametrize("months", ["0", "-1", "three", "1201"])
    def test_months(self, months):
        with pytest.raises(CommandError, match="is not a number of months from 1 to 1200"):
            run("import_interactions", "mysql://a@db.example/shop", f"--months={months}")
