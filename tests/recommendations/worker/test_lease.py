"""A job that must run alone."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from recommendations.models import Lease
from recommendations.worker.lease import LeaseLost, LeaseTaken, lease

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


def test_a_lost_lease_is_noticed_and_not_given_back():
    with lease("training", LIFETIME) as held:
        rival = uuid.uuid4()
        Lease.objects.update(holder=rival)
        with pytest.raises(LeaseLost):
            held.confirm()

    assert Lease.objects.get().holder == rival
