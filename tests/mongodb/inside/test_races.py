"""Many processes at the same moment, as threads: uniqueness and guarded updates are all MongoDB has to keep order."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.behaviour.services import interactions
from recommendations.behaviour.services.interactions import NewEvent, record_interactions
from recommendations.jobs.models import Lease
from recommendations.learning.refresh import refresh_shoppers
from recommendations.shoppers import visitors
from recommendations.shoppers.visitors import link_visitor

pytestmark = [pytest.mark.mongodb, pytest.mark.django_db]

SHOPPER = uuid.UUID(int=7)
AT_ONCE = 16


def at_once(action: Callable[[], Any]) -> list[Any]:
    """Start the action in AT_ONCE threads at the same moment; return what each returned, or the error it raised."""
    outcomes: list[Any] = [None] * AT_ONCE
    gate = threading.Barrier(AT_ONCE)

    def run(place: int) -> None:
        try:
            gate.wait(timeout=180)
            outcomes[place] = action()
        except Exception as error:  # noqa: BLE001 whatever was raised is the outcome under test
            outcomes[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return outcomes


@pytest.fixture
def _no_tasks(monkeypatch):
    """The threads touch MongoDB alone: a task run in place would open the shop's database in each."""
    for module in (interactions, visitors):
        monkeypatch.setattr(module, "refresh_on_commit", lambda *_, **__: None)


@pytest.mark.usefixtures("_no_tasks")
def test_a_batch_sent_many_times_is_stored_once():
    events = [NewEvent(Kind.VIEW, uuid.uuid4(), event_id=uuid.uuid4()) for _ in range(5)]

    outcomes = at_once(lambda: record_interactions(shopper_id=SHOPPER, events=events, source="api"))

    assert {type(outcome).__name__ for outcome in outcomes} == {"Outcome"}
    assert set(Interaction.objects.values_list("id", flat=True)) == {event.event_id for event in events}
    assert Interaction.objects.count() == 5


def test_a_lease_has_one_holder():
    later = timezone.now() + timedelta(hours=1)

    outcomes = at_once(lambda: Lease.objects.acquire("training", uuid.uuid4(), later))

    assert Counter(outcomes) == {True: 1, False: AT_ONCE - 1}


def test_an_expired_lease_finds_one_new_holder():
    Lease.objects.create(name="training", expires_at=timezone.now() - timedelta(seconds=1))
    later = timezone.now() + timedelta(hours=1)

    outcomes = at_once(lambda: Lease.objects.acquire("training", uuid.uuid4(), later))

    assert Counter(outcomes) == {True: 1, False: AT_ONCE - 1}
    assert Lease.objects.count() == 1


@pytest.mark.usefixtures("_no_tasks")
def test_a_visitor_is_linked_to_the_first_account_only():
    outcomes = at_once(lambda: link_visitor(visitor_id=SHOPPER, user_id=uuid.uuid4()))

    assert Counter(outcomes) == {True: 1, False: AT_ONCE - 1}
    assert VisitorLink.objects.count() == 1


def test_refreshing_at_once_makes_one_true_profile():
    for _ in range(3):
        Interaction.objects.create(shopper_id=SHOPPER, kind=Kind.VIEW, product_id=uuid.uuid4())

    outcomes = at_once(lambda: refresh_shoppers([str(SHOPPER)]))

    assert outcomes == [1] * AT_ONCE
    assert ShopperProfile.objects.get().event_count == 3
