"""A job that must run alone."""

import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import OperationalError
from django.utils import timezone

from recommendations.jobs.lease import HeldLease, LeaseLost, LeaseTaken, lease
from recommendations.jobs.models import Lease

pytestmark = pytest.mark.django_db

LIFETIME = timedelta(minutes=10)


def test_a_second_holder_is_turned_away_until_the_first_is_done():
    with lease("training", LIFETIME):
        assert Lease.objects.filter(name="training", expires_at__gt=timezone.now()).exists()
        with pytest.raises(LeaseTaken), lease("training", LIFETIME):
            pass
        with lease("sweep", LIFETIME):
            pass
    assert not Lease.objects.exists()

    with lease("training", LIFETIME):
        pass


def test_a_failure_gives_the_lease_back():
    with pytest.raises(ZeroDivisionError), lease("training", LIFETIME):
        raise ZeroDivisionError

    assert not Lease.objects.exists()


def test_a_dead_holders_lease_expires():
    Lease.objects.create(name="training", expires_at=timezone.now() + LIFETIME)
    with pytest.raises(LeaseTaken), lease("training", LIFETIME):
        pass

    with time_machine.travel(timezone.now() + LIFETIME + timedelta(seconds=1)), lease("training", LIFETIME) as held:
        assert Lease.objects.get().holder == held.holder


def test_renewing_keeps_it_beyond_its_lifetime():
    start = timezone.now().replace(microsecond=0)
    with time_machine.travel(start, tick=False) as clock, lease("training", LIFETIME) as held:
        for _ in range(5):
            clock.shift(LIFETIME * 0.9)
            held.renew()

        assert Lease.objects.get().expires_at == start + LIFETIME * 5.5


def test_renewing_often_writes_seldom(queries):
    with lease("training", LIFETIME) as held, queries(0):
        held.renew()


class Beats(threading.Event):
    """An event that is over after so many waits."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.waited: list[float | None] = []
        self._number = number

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        return len(self.waited) > self._number


def kept(held: HeldLease, beats: Beats) -> None:
    """Let a thread keep the lease for so many beats."""
    keeper = threading.Thread(target=held.keep, args=(beats,))
    keeper.start()
    keeper.join()


@pytest.mark.django_db(transaction=True)
def test_a_thread_keeps_it_while_a_step_is_silent():
    start = timezone.now().replace(microsecond=0)
    beats = Beats(2)
    with time_machine.travel(start, tick=False) as clock, lease("training") as held:
        clock.shift(timedelta(minutes=2))
        kept(held, beats)

        assert Lease.objects.get().expires_at == start + timedelta(minutes=5)
    assert beats.waited == [30.0, 30.0, 30.0]


@pytest.mark.django_db(transaction=True)
def test_the_thread_tries_again_when_the_database_was_away(monkeypatch, caplog):
    with lease("training") as held:
        confirm, failures = held.confirm, [OperationalError("server closed the connection")]

        def fail_once() -> None:
            if failures:
                raise failures.pop()
            confirm()

        monkeypatch.setattr(held, "confirm", fail_once)
        Lease.objects.update(expires_at=timezone.now())
        kept(held, Beats(2))

        assert Lease.objects.get().expires_at > timezone.now() + timedelta(minutes=2)
    assert "could not be renewed: server closed the connection" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_the_thread_leaves_a_lost_lease_to_who_has_it():
    beats = Beats(5)
    with lease("training") as held:
        Lease.objects.update(holder=uuid.uuid4(), expires_at=timezone.now())
        kept(held, beats)

    assert len(beats.waited) == 1
    assert Lease.objects.get().expires_at <= timezone.now()


def test_a_lost_lease_is_noticed_and_not_given_back():
    with lease("training", LIFETIME) as held:
        rival = uuid.uuid4()
        Lease.objects.update(holder=rival)
        with pytest.raises(LeaseLost):
            held.confirm()

    assert Lease.objects.get().holder == rival
