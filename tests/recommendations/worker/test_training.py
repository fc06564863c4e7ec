"""From the log to a version that serves, and every way in which it must not."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from ml.recommenders.base import RecommenderError
from recommendations import artifact_store, tasks
from recommendations.event_weights import Kind
from recommendations.models import Interaction, Lease, ModelVersion, ShopperProfile, VisitorLink
from recommendations.selectors import Intent, recommend
from recommendations.tasks import refresh_shopper
from recommendations.worker import training
from recommendations.worker.lease import LeaseTaken
from recommendations.worker.training import TOO_LITTLE, TrainingRefused, retrain_alone, train
from shop.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations import tower_model
from tests.recommendations.publishing import ids, index_now, served_now

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_model(monkeypatch):
    tower_model.install(monkeypatch)


@pytest.fixture
def checkerboard():
    """Two tastes: ten shoppers view products 0-3, ten view 4-7, each leaving one out. Returns the products."""
    category = CategoryFactory()
    products = ProductFactory.create_batch(8, category=category)
    for number in range(20):
        taste = products[:4] if number % 2 == 0 else products[4:]
        for place, product in enumerate(taste):
            if place != number // 2 % 4:
                view(uuid.UUID(int=number + 1), product)
    return products


def view(shopper, product, kind=Kind.VIEW, *, value=None, occurred_at=None) -> None:
    Interaction.objects.create(
        shopper_id=shopper,
        kind=kind,
        product_id=product.pk,
        value=value,
        occurred_at=occurred_at or timezone.now() - timedelta(hours=1),
    )


def versions_on_disk() -> list[str]:
    return artifact_store.versions()


def test_the_trained_version_serves_and_finds_what_was_left_out(checkerboard):
    row = train()

    assert row.status == ModelVersion.Status.PROMOTED
    assert artifact_store.promoted_version() == row.version == served_now().version
    for number in range(20):
        own = checkerboard[:4] if number % 2 == 0 else checkerboard[4:]
        found = recommend(shopper_id=uuid.UUID(int=number + 1), intent=Intent.FOR_YOU, limit=1)
        assert ids(found.items) == [own[number // 2 % 4].pk]
        assert found.fallback_used is False


def test_the_row_tells_sizes_quality_and_how_far_the_log_was_read(checkerboard):
    row = train()
    row.refresh_from_db()

    assert (row.recommender, row.interaction_count) == ("dmf", 60)
    assert row.trained_through == Interaction.objects.latest("recorded_at").recorded_at
    assert row.metrics["products"] == 8
    assert row.metrics["shoppers"] == 20
    assert row.metrics["held_out"] == 20
    assert row.metrics["history"] == [{"loss": 0.5}]
    quality = row.metrics["quality"]
    assert set(quality) == {"dmf", "popularity"}
    assert all(0 <= value <= 1 for figures in quality.values() for value in figures.values())
    assert row.promoted_at is not None
    assert row.finished_at is not None
    assert row.promoted_at >= row.finished_at >= row.created_at


def test_progress_rises_to_one(checkerboard):
    reports: list[tuple[float, str]] = []
    train(progress=lambda fraction, text: reports.append((fraction, text)))

    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0.0, 1.0)
    assert all(text for _, text in reports)


def test_products_nobody_touched_are_in_the_index_with_content_vectors(checkerboard):
    checkerboard[0].title = "Brass lamp"
    checkerboard[0].save()
    new = ProductFactory(category=checkerboard[0].category, title="Brass lamp")
    train()

    index = index_now()
    item = np.array([index.index_of(new.pk.hex)])
    assert index.n_items == 9
    assert index.user_tower.n_items == 8
    assert np.linalg.norm(index.vectors_of(item)) == pytest.approx(1.0, abs=1e-5)


def test_visitors_count_as_the_accounts_they_turned_out_to_be(checkerboard):
    VisitorLink.objects.create(visitor_id=uuid.UUID(int=1), user_id=uuid.UUID(int=3))

    assert train().metrics["shoppers"] == 19


def test_dismissed_products_do_not_teach(checkerboard):
    for product in checkerboard[:4]:
        for number in range(0, 20, 2):
            view(uuid.UUID(int=number + 1), product, Kind.NOT_INTERESTED, value=1)

    row = train()

    assert row.metrics["products_with_interactions"] == 4
    assert row.metrics["shoppers"] == 10


def test_what_is_bought_together_is_found(checkerboard):
    for number in range(3):
        moment = timezone.now() - timedelta(days=number)
        for product in (checkerboard[0], checkerboard[7]):
            view(uuid.UUID(int=100 + number), product, Kind.PURCHASE, value=1, occurred_at=moment)
    view(uuid.UUID(int=200), checkerboard[3], Kind.PURCHASE, value=1)
    train()

    found = recommend(shopper_id=None, intent=Intent.COMPLEMENTARY, product_id=checkerboard[0].pk, limit=1)

    assert ids(found.items) == [checkerboard[7].pk]
    assert found.items[0].reasons[0].code == "bought_together"


def test_recent_events_make_trends_and_one_shopper_cannot(checkerboard):
    now = timezone.now()
    for number in range(10):
        view(uuid.UUID(int=100 + number), checkerboard[2], occurred_at=now)
    for _ in range(500):
        view(uuid.UUID(int=300), checkerboard[6], occurred_at=now)
    train()

    found = recommend(shopper_id=None, intent=Intent.TRENDING, limit=8)

    assert found.items[0].product == checkerboard[2]
    scores = {item.product.pk: item.score for item in found.items}
    assert scores[checkerboard[6].pk] < 0.6


def test_an_old_log_trends_nowhere(checkerboard):
    Interaction.objects.update(occurred_at=timezone.now() - timedelta(days=400))
    train()

    assert not index_now().trending.any()
    assert index_now().popularity.max() == 1


def test_old_versions_are_pruned(checkerboard):
    rows = [train(is_measured=False) for _ in range(5)]

    assert len(versions_on_disk()) == 3
    assert rows[-1].version in versions_on_disk()
    assert ModelVersion.objects.count() == 5
    assert ModelVersion.objects.filter(status=ModelVersion.Status.PROMOTED).get().version == rows[-1].version


def test_profiles_and_newer_products_follow_the_new_version(checkerboard, monkeypatch):
    refresh_shopper(str(uuid.UUID(int=1)))
    build = training.build_serving_index

    def saved_meanwhile(**parts):
        ProductFactory(category=checkerboard[0].category)
        return build(**parts)

    monkeypatch.setattr(training, "build_serving_index", saved_meanwhile)
    row = train()

    assert ShopperProfile.objects.get(pk=uuid.UUID(int=1)).model_version == row.version
    assert index_now().n_items == 9


@pytest.mark.parametrize("case", ["no events", "one shopper", "one product"])
def test_too_little_behaviour_gives_an_index_by_content_and_popularity(case, category):
    products = ProductFactory.create_batch(3, category=category, title="Brass lamp")
    if case == "one shopper":
        for product in products:
            view(uuid.UUID(int=1), product)
    if case == "one product":
        for number in range(3):
            view(uuid.UUID(int=number), products[0])

    row = train()

    assert (row.status, row.recommender, row.message) == (ModelVersion.Status.PROMOTED, "content", TOO_LITTLE)
    view(uuid.UUID(int=9), products[0])
    found = recommend(shopper_id=uuid.UUID(int=9), intent=Intent.FOR_YOU, limit=2)
    assert set(ids(found.items)) == {products[1].pk, products[2].pk}
    assert found.fallback_used is False


def test_one_single_product(product):
    train()

    assert ids(recommend(shopper_id=None, intent=Intent.FOR_YOU).items) == [product.pk]


def test_nobody_with_two_products_leaves_quality_unmeasured(category):
    for number, product in enumerate(ProductFactory.create_batch(3, category=category)):
        view(uuid.UUID(int=number), product)

    assert train().metrics["held_out"] == 0


def test_an_empty_catalogue_is_refused_with_what_to_do(caplog):
    with pytest.raises(TrainingRefused, match="The catalogue is empty.*import_products"):
        train()

    row = ModelVersion.objects.get()
    assert row.status == ModelVersion.Status.REFUSED
    assert "The catalogue is empty" in row.message
    assert (versions_on_disk(), artifact_store.promoted_version()) == ([], None)
    assert retrain_alone() is None
    assert "The catalogue is empty" in caplog.text


class BrokenModel(tower_model.TowerModel):
    """Gives item vectors that lead nowhere."""

    def _fit(self, interactions, *, seed, progress):
        fitted = super()._fit(interactions, seed=seed, progress=progress)
        fitted.item_vectors[0] = np.nan
        return fitted


class FailingModel(tower_model.TowerModel):
    def _fit(self, interactions, *, seed, progress):
        raise RecommenderError("it did not converge")


class CrashingModel(tower_model.TowerModel):
    def _fit(self, interactions, *, seed, progress):
        raise MemoryError


@pytest.mark.parametrize(("model", "reason"), [(BrokenModel, "."), (FailingModel, "it did not converge")])
def test_a_bad_version_is_refused_and_the_one_before_serves_on(checkerboard, monkeypatch, model, reason):
    good = train()
    before = recommend(shopper_id=uuid.UUID(int=1), intent=Intent.FOR_YOU)
    tower_model.install(monkeypatch, model)

    with pytest.raises(TrainingRefused, match=reason):
        train(is_measured=False)

    assert artifact_store.promoted_version() == good.version
    assert versions_on_disk() == [good.version]
    refused = ModelVersion.objects.exclude(pk=good.pk).get()
    assert refused.status == ModelVersion.Status.REFUSED
    assert refused.message
    assert recommend(shopper_id=uuid.UUID(int=1), intent=Intent.FOR_YOU).items == before.items


def test_a_failed_check_refuses(checkerboard, monkeypatch):
    monkeypatch.setattr(training.check_version.__globals__["artifact_store"], "open_version", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train(is_measured=False)

    assert versions_on_disk() == []
    assert ModelVersion.objects.get().status == ModelVersion.Status.FAILED


def test_a_crash_is_written_down_and_leaves_nothing(checkerboard, monkeypatch):
    tower_model.install(monkeypatch, CrashingModel)
    with pytest.raises(MemoryError):
        train()

    row = ModelVersion.objects.get()
    assert (row.status, row.message) == (ModelVersion.Status.FAILED, "MemoryError: ")
    assert versions_on_disk() == []
    assert not Lease.objects.exists()


def test_a_full_disk_is_a_clear_refusal(checkerboard, monkeypatch):
    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ml.artifact.os.fsync", no_space)
    with pytest.raises(TrainingRefused, match="No space left on device"):
        train(is_measured=False)

    assert versions_on_disk() == []


def test_two_trainings_do_not_run_at_once(checkerboard):
    Lease.objects.create(name="training", expires_at=timezone.now() + timedelta(minutes=5))

    with pytest.raises(LeaseTaken):
        train()
    assert retrain_alone() is None
    assert not ModelVersion.objects.exists()


def test_a_training_that_lost_its_lease_does_not_publish(checkerboard, monkeypatch):
    check = training.check_version

    def overtaken(version, interactions):
        check(version, interactions)
        Lease.objects.filter(name="training").update(holder=uuid.uuid4())

    monkeypatch.setattr(training, "check_version", overtaken)
    with pytest.raises(TrainingRefused, match="was lost"):
        train(is_measured=False)

    assert (artifact_store.promoted_version(), versions_on_disk()) == (None, [])


def test_a_training_whose_process_died_is_marked_failed(checkerboard):
    dead = ModelVersion.objects.create(version="20200101-000000-0000")
    artifact_store.directory_of(dead.version).mkdir(parents=True)
    row = train(is_measured=False)
    dead.refresh_from_db()

    assert versions_on_disk() == [row.version]

    assert dead.status == ModelVersion.Status.FAILED
    assert "ended before" in dead.message


def test_the_task_trains_and_a_second_message_finds_nothing_to_hold(checkerboard):
    tasks.retrain()
    tasks.retrain()

    assert ModelVersion.objects.filter(status=ModelVersion.Status.PROMOTED).count() == 1
    assert not Lease.objects.exists()


def test_events_of_deleted_products_are_passed_over(checkerboard):
    Product.objects.filter(pk=checkerboard[0].pk).delete()

    assert train().metrics["products_with_interactions"] == 7
