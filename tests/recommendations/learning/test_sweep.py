"""The sweep catches up with changes that no notification reported."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from kombu.exceptions import OperationalError

from recommendations import tasks
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.jobs.lease import REQUEST_LIFETIME, TRAINING
from recommendations.jobs.models import Lease, ReadMark
from recommendations.learning import sweep
from recommendations.learning.sweep import OVERLAP, SweepSummary, catch_up
from recommendations.serving import overlay
from recommendations.serving.models import IndexedProduct
from recommendations.tasks import refresh_shopper
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.factories import ProductFactory
from tests.recommendations.publishing import index_now, publish

pytestmark = pytest.mark.django_db

SHOPPER, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def view(shopper=SHOPPER, *, source="shop", recorded_at=None) -> None:
    Interaction.objects.create(
        shopper_id=shopper,
        kind=Kind.VIEW,
        product_id=uuid.uuid4(),
        source=source,
        recorded_at=recorded_at or timezone.now(),
    )


@pytest.fixture
def asked():
    return []


@pytest.fixture
def run(asked):
    return lambda: catch_up(request_retraining=lambda: asked.append(1))


def test_a_lost_nudge_is_made_good(run):
    view()
    refresh_shopper(str(SHOPPER))
    view()
    view(OTHER)

    assert run() == SweepSummary(shoppers=2)
    assert dict(ShopperProfile.objects.values_list("shopper_id", "event_count")) == {SHOPPER: 2, OTHER: 1}


def test_a_second_run_finds_nothing_to_do(run):
    view()
    run()

    assert run() == SweepSummary()


def test_an_event_that_became_visible_late_is_found(run):
    """Its time of writing lies before the mark: another transaction had it until now."""
    view()
    run()
    mark = ReadMark.objects.get(name="log")
    view(recorded_at=mark.read_until - OVERLAP / 2)

    assert run() == SweepSummary(shoppers=1)
    assert ShopperProfile.objects.get(pk=SHOPPER).event_count == 2


def test_what_lies_before_the_overlap_is_not_read_again(run):
    run()
    view(recorded_at=timezone.now() - 2 * OVERLAP)

    assert run() == SweepSummary()


def test_imported_shoppers_wait_until_they_come(run):
    view(source="amazon-sales")
    assert run() == SweepSummary()

    refresh_shopper(str(SHOPPER))
    view(source="amazon-sales")
    assert run() == SweepSummary(shoppers=1)
    assert ShopperProfile.objects.get(pk=SHOPPER).event_count == 2


def test_a_visitors_late_event_reaches_the_account(run):
    VisitorLink.objects.create(visitor_id=SHOPPER, user_id=OTHER)
    view(SHOPPER)
    run()

    assert ShopperProfile.objects.get(pk=OTHER).event_count == 1


def test_a_link_whose_nudge_was_lost_is_found(run):
    view(SHOPPER, recorded_at=timezone.now() - timedelta(days=3))
    view(OTHER, recorded_at=timezone.now() - timedelta(days=3))
    refresh_shopper(str(OTHER))
    run()
    VisitorLink.objects.create(visitor_id=SHOPPER, user_id=OTHER)

    run()

    assert ShopperProfile.objects.get(pk=OTHER).event_count == 2


def test_many_shoppers_are_taken_in_chunks(run, monkeypatch):
    monkeypatch.setattr(sweep, "SHOPPERS_PER_CHUNK", 2)
    for number in range(1, 6):
        view(uuid.UUID(int=number))

    assert run().shoppers == 5


def test_profiles_follow_a_new_version(run, product):
    view()
    refresh_shopper(str(SHOPPER))
    version = publish([product])

    assert run() == SweepSummary(shoppers=1)
    assert ShopperProfile.objects.get().model_version == version


def test_only_one_sweep_runs(run):
    Lease.objects.create(name="sweep", expires_at=timezone.now() + timedelta(minutes=1))
    view()

    assert run() == SweepSummary()
    assert not ShopperProfile.objects.exists()


def test_a_product_saved_without_a_notification_is_indexed_once(run, product):
    publish([product])
    new = ProductFactory(category=product.category)

    assert run() == SweepSummary(products=1)
    assert list(IndexedProduct.objects.values_list("product_id", flat=True)) == [new.pk]
    assert run() == SweepSummary()
    new.save()
    assert run() == SweepSummary(products=1)


def test_products_the_version_holds_are_not_indexed_again(run, product):
    """They were saved a moment before the training, well inside the overlap."""
    publish([product])

    assert run() == SweepSummary()


def test_a_product_saved_before_but_seen_after_is_indexed(run, product):
    late = ProductFactory(category=product.category)
    publish([product])

    assert run() == SweepSummary(products=1)
    assert IndexedProduct.objects.get().product_id == late.pk


def test_after_a_roll_back_the_older_version_gets_what_it_lacks(run, product):
    first = publish([product])
    new = ProductFactory(category=product.category)
    second = publish([product, new])
    run()
    assert not IndexedProduct.objects.exists()

    artifact_store.promote(first)
    run()

    assert IndexedProduct.objects.get().model_version == first
    assert index_now().n_items == 2
    artifact_store.promote(second)
    run()
    assert not IndexedProduct.objects.exists()


@pytest.mark.parametrize(("events", "is_due"), [(2, False), (3, True)])
@pytest.mark.parametrize("last", [None, *ModelVersion.Status])
def test_a_retraining_is_due_after_so_many_new_interactions(run, asked, settings, events, is_due, last):
    settings.RETRAIN_AFTER_INTERACTIONS = 3
    if last is not None:
        moment = timezone.now() - timedelta(hours=1)
        view(recorded_at=moment)
        ModelVersion.objects.create(version="1", status=last, trained_through=moment, created_at=moment)
    for _ in range(events):
        view()

    assert run().training_requested is is_due
    assert len(asked) == is_due


def test_no_second_request_while_one_is_waiting(run, asked, settings):
    settings.RETRAIN_AFTER_INTERACTIONS = 1
    view()

    assert [run().training_requested, run().training_requested] == [True, False]
    assert asked == [1]
    with time_machine.travel(timezone.now() + REQUEST_LIFETIME + timedelta(seconds=1)):
        assert run().training_requested is True


def test_no_request_while_a_training_runs_however_long(run, asked, settings):
    """What it will leave to the next is known when it ends: until then requests would pile up."""
    settings.RETRAIN_AFTER_INTERACTIONS = 1
    running = Lease.objects.create(name=TRAINING, expires_at=timezone.now() + timedelta(hours=3))
    view()
    assert run().training_requested is False
    with time_machine.travel(timezone.now() + 2 * REQUEST_LIFETIME):
        assert run().training_requested is False
    running.delete()

    assert run().training_requested is True
    assert asked == [1]


def test_a_request_the_broker_refused_is_made_again_by_the_next_run(run, asked, settings):
    settings.RETRAIN_AFTER_INTERACTIONS = 1
    view()

    def away() -> None:
        raise OperationalError("no broker")

    with pytest.raises(OperationalError):
        catch_up(request_retraining=away)

    assert run().training_requested is True


@pytest.mark.parametrize(
    ("status", "promoted_at", "is_mended"),
    [
        pytest.param(ModelVersion.Status.READY, None, True, id="ended between pointer and row"),
        pytest.param(ModelVersion.Status.FAILED, None, True, id="taken for failed"),
        pytest.param(ModelVersion.Status.REFUSED, timezone.now(), False, id="found damaged"),
    ],
)
def test_the_rows_follow_the_pointer(run, product, status, promoted_at, is_mended):
    before, serves = publish([product]), publish([product])
    ModelVersion.objects.mark_promoted(before)
    ModelVersion.objects.filter(pk=serves).update(status=status, promoted_at=promoted_at)

    run()

    rows = dict(ModelVersion.objects.values_list("version", "status"))
    assert rows == ({before: "ready", serves: "promoted"} if is_mended else {before: "promoted", serves: status})
    assert (ModelVersion.objects.get(pk=serves).promoted_at is not None) == (is_mended or promoted_at is not None)


def test_asking_reads_no_more_than_needed(settings, queries):
    settings.RETRAIN_AFTER_INTERACTIONS = 2
    for _ in range(5):
        view()
    with queries(2):
        assert sweep.retraining_is_due(None)


@pytest.mark.parametrize(
    ("module", "bound", "rows"),
    [(sweep, "LEAST_OVERLAY", 2), (overlay, "MOST_ROWS", 4)],
    ids=["many", "half of the room beside the index"],
)
def test_many_new_products_make_a_retraining_due(module, bound, rows, run, asked, product, monkeypatch):
    monkeypatch.setattr(module, bound, rows)
    publish([product])
    ModelVersion.objects.update(created_at=timezone.now() - timedelta(hours=1))
    ProductFactory.create_batch(2, category=product.category)
    assert run().training_requested is False
    ProductFactory(category=product.category)

    assert run().training_requested is True


def test_the_task_enqueues_the_training(settings, monkeypatch):
    settings.RETRAIN_AFTER_INTERACTIONS = 1
    calls = []
    monkeypatch.setattr(tasks.retrain, "apply_async", lambda *_, **__: calls.append(1))
    view()
    tasks.sweep()

    assert calls == [1]
