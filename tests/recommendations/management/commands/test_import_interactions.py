"""Import of a file into the log, with exact progress."""

import gzip
import json
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.imports import imported_shopper_id
from recommendations.management.commands import import_interactions
from shop.catalogue.models import Product
from shop.management.dataset_command import DatasetImport
from tests.factories import CategoryFactory, ProductFactory
from tests.ml.datasets.samples import REVIEW_2018, SAMPLES, json_lines

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "var"


@pytest.fixture
def run(tmp_path):
    def run_on(content: str | bytes, format_name: str, *options: str) -> list[str]:
        path: Path = tmp_path / "data.txt"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        out = StringIO()
        call_command("import_interactions", str(path), "--format", format_name, *options, stdout=out, no_color=True)
        return out.getvalue().splitlines()

    return run_on


@pytest.fixture
def _products():
    category = CategoryFactory()
    for external_id in ("P1", "P2", "B1", "i1", "24-MB01", "24-MB02"):
        ProductFactory(category=category, external_id=external_id)


@pytest.mark.usefixtures("_products")
@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("pack", [str.encode, lambda text: gzip.compress(text.encode())], ids=["plain", "gzip"])
def test_every_format_twice(run, name, pack):
    sample = SAMPLES[name]
    number = len(sample.interactions)

    first = run(pack(sample.interactions_text), name)
    before = list(Interaction.objects.order_by("pk").values())
    second = run(pack(sample.interactions_text), name)

    assert f"  {number:>11}  interactions created" in first
    assert f"  {number:>11}  interactions were there already" in second
    assert "            0  interactions created" in second
    assert list(Interaction.objects.order_by("pk").values()) == before
    assert {row["source"] for row in before} == {name}
    assert {(row["shopper_id"], row["value"]) for row in before} == {
        (imported_shopper_id(user), rating) for user, _, rating, _ in sample.interactions
    }


@pytest.mark.usefixtures("_products")
@pytest.mark.parametrize(
    ("name", "item", "expected"),
    [
        ("amazon-sales", "P1", (0, 0)),
        ("amazon-reviews-2018", "B1", (6, 2)),
        ("amazon-reviews-2023", "B1", (0, 0)),
        # 5 + 3.5 stars
        ("ratings-csv", "i1", (8, 2)),
        # Pieces of a purchase are no stars.
        ("magento", "24-MB01", (0, 0)),
    ],
)
def test_stars_count_where_products_come_without_totals(run, name, item, expected):
    run(SAMPLES[name].interactions_text, name)

    assert Product.objects.values_list("rating_sum", "rating_count").get(external_id=item) == expected


@pytest.mark.usefixtures("_products")
def test_the_summary_of_a_dirty_file(run, tmp_path):
    content = json_lines(REVIEW_2018, {}, {}, {"overall": 9}, {"asin": "=B9"})

    lines = run(content, "amazon-reviews-2018")

    rejects = tmp_path / "var" / "rejects" / "data.txt.import_interactions.csv"
    assert lines[0] == "data.txt as amazon-reviews-2018: done"
    assert lines[2:] == [
        "            1  interactions created",
        "            1  interactions were there already",
        "            2  rows rejected",
        "            1  of them name a product that is not in the catalogue",
        f"  listed with line and reason in {rejects}",
        "Import the products first: python manage.py import_products --format amazon-reviews-2018 FILE "
        "(--bare makes products from this very file).",
    ]
    assert rejects.read_text() == (
        "line,reason,raw_id\n"
        "3,overall '9' is not a number from 1 to 5,B1\n"
        "4,no product has this id: import the products first,'=B9\n"
    )


def test_without_any_of_its_products(run):
    with pytest.raises(CommandError, match="no row could be used"):
        run(SAMPLES["ratings-csv"].interactions_text, "ratings-csv")

    assert not Interaction.objects.exists()


def test_a_file_of_products_is_refused_with_the_way_out(run):
    with pytest.raises(
        CommandError, match="holds products and no interactions: name the review file, or import it with"
    ):
        run(SAMPLES["amazon-reviews-2018"].products_text, "amazon-reviews-2018")


@pytest.mark.usefixtures("_products")
def test_a_dry_run_counts_and_writes_nothing(run):
    report = json.loads(run(SAMPLES["amazon-sales"].interactions_text, "amazon-sales", "--dry-run", "--json")[0])

    assert (report["read"], report["created"], report["dry_run"]) == (3, 3, True)
    assert not Interaction.objects.exists()


@pytest.mark.usefixtures("_products")
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_progress_is_true_to_five_percent(run, monkeypatch, pack):
    """At each step the share of bytes that the bar shows is the share of rows that is stored, and steps are short."""
    rows = 40_000
    steps: list[tuple[float, float]] = []
    take = import_interactions.Command.import_file

    def watched(self: Any, file: DatasetImport, options: dict[str, Any]) -> Any:
        def note(read: int) -> None:
            steps.append((file.data.position / file.data.size, read / rows))

        return take(self, DatasetImport(file.reader, file.data, file.on_reject, note), options)

    monkeypatch.setattr(import_interactions.Command, "import_file", watched)
    text = "".join(f"user{number * 7919 % 20011},i1,{number % 5 + 1},{10**9 + number}\n" for number in range(rows))
    content = pack(text.encode())

    run(content, "ratings-csv")

    shown = [0.0, *(share for share, _ in steps)]
    assert Interaction.objects.count() == rows
    assert len(steps) > 20
    assert max(abs(share - stored) for share, stored in steps) <= 0.05
    assert max(after - before for before, after in pairwise(shown)) <= 0.05
