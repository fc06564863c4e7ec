"""The shop's imports and pictures as jobs: followed from start to end, and stopped between two chunks."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from recommendations import receivers
from recommendations.behaviour.models import Interaction
from recommendations.jobs import tracking
from recommendations.jobs.models import Job
from recommendations.management.commands import train_recommender
from shop.catalogue.models import Product
from shop.imports import catalogue_import
from tests.factories import ProductFactory
from tests.ml.datasets.samples import SAMPLES
from tests.shop.picture_server import picture_bytes, running_server

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture(autouse=True)
def _here(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path / "var"
    monkeypatch.setattr(tracking, "SECONDS_BETWEEN_REPORTS", 0.0)


@pytest.fixture
def products_file(tmp_path) -> str:
    path = tmp_path / "products.csv"
    path.write_text(SAMPLES["amazon-sales"].products_text)
    return str(path)


@pytest.fixture
def cancelled_at_once(monkeypatch):
    """Somebody cancels each job in the moment it begins."""
    begin = tracking.start

    def start(*arguments, **named):
        running = begin(*arguments, **named)
        Job.objects.filter(pk=str(running.row_id)).update(cancel_requested_at=timezone.now())
        return running

    monkeypatch.setattr(tracking, "start", start)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out, no_color=True)
    return out.getvalue()


def only() -> Job:
    return Job.objects.get()


def test_an_import_of_products_is_a_job(products_file):
    run("import_products", products_file, "--format", "amazon-sales")

    row = only()
    assert (row.kind, row.title, row.state) == (Job.Kind.IMPORT, "import_products: products.csv", State.DONE)
    assert (row.started_by, row.step) == ("command line", "2 rows")
    assert receivers._followed == {}


def test_a_dry_run_is_none(products_file):
    run("import_products", products_file, "--format", "amazon-sales", "--dry-run")

    assert not Job.objects.exists()


def test_an_import_that_fails_says_why(products_file, settings):
    settings.EXCHANGE_RATES = {}
    with pytest.raises(CommandError):
        run("import_products", products_file, "--format", "amazon-sales")

    assert only().state == State.FAILED
    assert "EXCHANGE_RATES" in only().message


def test_a_cancelled_import_keeps_whole_chunks(products_file, monkeypatch, cancelled_at_once):
    monkeypatch.setattr(catalogue_import, "PRODUCTS_PER_CHUNK", 1)
    monkeypatch.setattr("ml.datasets.dataset.DatasetFile.position", 1)
    with pytest.raises(CommandError, match="whole chunks are in") as stopped:
        run("import_products", products_file, "--format", "amazon-sales")

    assert stopped.value.returncode == 130
    assert (only().state, Product.objects.count()) == (State.CANCELLED, 1)


def test_an_import_of_interactions_is_a_job(tmp_path):
    ProductFactory(external_id="P1")
    path = tmp_path / "ratings.csv"
    path.write_text("U1,P1,5,1500000000\nU2,P1,4,1500000001\n")
    run("import_interactions", str(path), "--format", "ratings-csv")

    assert (only().title, only().state, only().step) == ("import_interactions: ratings.csv", State.DONE, "2 rows")
    assert Interaction.objects.count() == 2


@pytest.mark.parametrize("is_cancelled", [False, True], ids=["done", "cancelled"])
def test_fetching_pictures_is_a_job(settings, request, is_cancelled):
    settings.FETCH_FROM_LOOPBACK = True
    if is_cancelled:
        request.getfixturevalue("cancelled_at_once")
    with running_server() as server:
        for name in ("/a.png", "/b.png"):
            ProductFactory(image_url=server.serve(name, picture_bytes()))
        if is_cancelled:
            with pytest.raises(CommandError, match="what was fetched stays"):
                run("fetch_product_images", "--at-once", "1")
        else:
            run("fetch_product_images", "--at-once", "1")

    fetched = Product.objects.exclude(image="").count()
    assert (only().kind, only().title) == (Job.Kind.PICTURES, "2 pictures of products")
    assert (only().state, fetched) == ((State.CANCELLED, 1) if is_cancelled else (State.DONE, 2))


def test_nothing_to_fetch_is_no_job():
    run("fetch_product_images")

    assert not Job.objects.exists()


def test_a_cancelled_training_of_the_command_line(monkeypatch, cancelled_at_once):
    def train(*, progress, **_):
        progress(0.1, "Reading")

    monkeypatch.setattr(train_recommender, "train", train)
    monkeypatch.setattr(train_recommender, "job", tracking.job)
    with pytest.raises(CommandError, match="No new version serves: It was cancelled") as stopped:
        run("train_recommender")

    assert (stopped.value.returncode, only().state) == (130, State.CANCELLED)
