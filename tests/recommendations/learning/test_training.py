"""Training from the log to a version that serves."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from recommendations import tasks
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.jobs.models import Lease
from recommendations.learning import training
from recommendations.learning.fitting import TOO_LITTLE
from recommendations.learning.training import train
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU, TRENDING
from recommendations.tasks import refresh_shopper
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from shop.catalogue.models import Product
from tests.factories import ProductFactory
from tests.recommendations.publishing import ids, index_now, served_now
from tests.recommendations.shopping import act, recommend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_model")]


def test_the_trained_version_serves_and_finds_what_was_left_out(checkerboard):
    row = train()

    assert row.status == ModelVersion.Status.PROMOTED
    assert artifact_store.promoted_version() == row.version == served_now().version
    for number in range(20):
        own = checkerboard[:4] if number % 2 == 0 else checkerboard[4:]
        found = recommend(shopper_id=uuid.UUID(int=number + 1), intent=FOR_YOU, limit=1)
        assert ids(found.items) == [own[number // 2 % 4].pk]
        assert found.fallback_used is False


def test_the_row_tells_sizes_quality_and_how_far_the_log_was_read(checkerboard):
    row = train()
    row.refresh_from_db()

    assert (row.recommender, row.interaction_count) == ("hybrid", 60)
    assert row.trained_through == Interaction.objects.latest("recorded_at").recorded_at
    assert row.metrics["products"] == 8
    assert row.metrics["shoppers"] == 20
    assert row.metrics["held_out"] == 20
    assert row.metrics["history"] == [{"loss": 0.5}]
    quality = row.metrics["quality"]
    assert set(quality) == {"hybrid", "popularity", "item_knn"}
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
    assert 0.5 < np.linalg.norm(index.vectors_of(item)) <= 1.0 + 1e-5


def test_visitors_count_as_the_accounts_they_turned_out_to_be(checkerboard):
    VisitorLink.objects.create(visitor_id=uuid.UUID(int=1), user_id=uuid.UUID(int=3))

    assert train().metrics["shoppers"] == 19


def test_dismissed_products_do_not_teach(checkerboard):
    for product in checkerboard[:4]:
        for number in range(0, 20, 2):
            act(Kind.NOT_INTERESTED, product, shopper=uuid.UUID(int=number + 1), value=1)

    row = train()

    assert row.metrics["products_with_interactions"] == 4
    assert row.metrics["shoppers"] == 10


def test_what_is_bought_together_is_found(checkerboard):
    for number in range(3):
        moment = timezone.now() - timedelta(days=number)
        for product in (checkerboard[0], checkerboard[7]):
            act(Kind.PURCHASE, product, shopper=uuid.UUID(int=100 + number), value=1, occurred_at=moment)
    act(Kind.PURCHASE, checkerboard[3], shopper=uuid.UUID(int=200), value=1)
    train()

    found = recommend(shopper_id=None, intent=COMPLEMENTARY, product_id=checkerboard[0].pk, limit=1)

    assert ids(found.items) == [checkerboard[7].pk]
    assert found.items[0].reasons[0].code == "bought_together"


def test_recent_events_make_trends_and_one_shopper_cannot(checkerboard):
    now = timezone.now()
    for number in range(10):
        act(Kind.VIEW, checkerboard[2], shopper=uuid.UUID(int=100 + number), occurred_at=now)
    for _ in range(500):
        act(Kind.VIEW, checkerboard[6], shopper=uuid.UUID(int=300), occurred_at=now)
    train()

    found = recommend(shopper_id=None, intent=TRENDING, limit=8)

    assert found.items[0].product == checkerboard[2]
    scores = {item.product.pk: item.score for item in found.items}
    assert scores[checkerboard[6].pk] < 0.6


def test_an_old_log_trends_nowhere(checkerboard):
    Interaction.objects.update(occurred_at=timezone.now() - timedelta(days=400))
    train()

    assert not index_now().trending.any()
    assert index_now().popularity.max() == 1


def test_old_versions_are_pruned(checkerboard):
    rows = [train(is_measured=False) for _ in range(4)]

    assert artifact_store.versions() == [row.version for row in rows[1:]]
    assert ModelVersion.objects.count() == 4
    assert ModelVersion.objects.filter(status=ModelVersion.Status.PROMOTED).get().version == rows[-1].version


def test_profiles_and_newer_products_follow_the_new_version(checkerboard, monkeypatch):
    refresh_shopper(str(uuid.UUID(int=1)))
    build = training.build_serving_index

    def saved_meanwhile(*tables, progress):
        ProductFactory(category=checkerboard[0].category)
        return build(*tables, progress=progress)

    monkeypatch.setattr(training, "build_serving_index", saved_meanwhile)
    row = train()

    assert ShopperProfile.objects.get(pk=uuid.UUID(int=1)).model_version == row.version
    assert index_now().n_items == 9


@pytest.mark.parametrize("case", ["no events", "one shopper", "one product"])
def test_too_little_behaviour_gives_an_index_by_content_and_popularity(case, category):
    products = ProductFactory.create_batch(3, category=category, title="Brass lamp")
    if case == "one shopper":
        for product in products:
            act(Kind.VIEW, product, shopper=uuid.UUID(int=1))
    if case == "one product":
        for number in range(3):
            act(Kind.VIEW, products[0], shopper=uuid.UUID(int=number))

    row = train()

    assert (row.status, row.recommender, row.message) == (ModelVersion.Status.PROMOTED, "content", TOO_LITTLE)
    act(Kind.VIEW, products[0], shopper=uuid.UUID(int=9))
    found = recommend(shopper_id=uuid.UUID(int=9), intent=FOR_YOU, limit=2)
    assert set(ids(found.items)) == {products[1].pk, products[2].pk}
    assert found.fallback_used is False


def test_one_single_product(product):
    train()

    assert ids(recommend(shopper_id=None, intent=FOR_YOU).items) == [product.pk]


def test_nobody_with_two_products_leaves_quality_unmeasured(category):
    for number, product in enumerate(ProductFactory.create_batch(3, category=category)):
        act(Kind.VIEW, product, shopper=uuid.UUID(int=number))

    assert train().metrics["held_out"] == 0


def test_the_task_trains_and_a_second_message_finds_nothing_to_hold(checkerboard):
    tasks.retrain()
    tasks.retrain()

    assert ModelVersion.objects.filter(status=ModelVersion.Status.PROMOTED).count() == 1
    assert not Lease.objects.exists()


def test_events_of_deleted_products_are_passed_over(checkerboard):
    Product.objects.filter(pk=checkerboard[0].pk).delete()

    assert train().metrics["products_with_interactions"] == 7
