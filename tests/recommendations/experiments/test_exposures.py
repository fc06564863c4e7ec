"""First looks at the variants of experiments."""

import threading
import uuid

import pytest
from django.db import connections, router

from recommendations.experiments import exposures
from recommendations.experiments.models import Exposure

EXPERIMENT, VARIANT, OTHER = (uuid.UUID(int=number) for number in (1, 2, 3))
SHOPPER = uuid.UUID(int=9)


@pytest.fixture(autouse=True)
def _own_memory(monkeypatch):
    monkeypatch.setattr(exposures, "_memory", exposures.ExposureMemory())


@pytest.mark.django_db
def test_the_first_look_is_written_once_and_never_changed(monkeypatch):
    exposures.record_exposure(EXPERIMENT, VARIANT, SHOPPER, "home")
    exposures.record_exposure(EXPERIMENT, VARIANT, SHOPPER, "cart")
    monkeypatch.setattr(exposures, "_memory", exposures.ExposureMemory())
    exposures.record_exposure(EXPERIMENT, OTHER, SHOPPER, "cart")

    row = Exposure.objects.get()
    assert (row.variant_id, row.slot, row.shopper_id) == (VARIANT, "home", SHOPPER)
    assert row.pk == Exposure.id_of(EXPERIMENT, SHOPPER)


@pytest.mark.django_db
def test_what_this_process_wrote_costs_no_query(queries):
    with queries(1):
        exposures.record_exposure(EXPERIMENT, VARIANT, SHOPPER, "home")
    with queries(0):
        exposures.record_exposure(EXPERIMENT, VARIANT, SHOPPER, "home")
        assert exposures.known_variant(EXPERIMENT, SHOPPER, [OTHER]) == VARIANT


@pytest.mark.django_db
def test_only_an_account_that_was_a_visitor_is_looked_up(queries):
    with queries(0):
        assert exposures.known_variant(EXPERIMENT, SHOPPER, []) is None
    with queries(1):
        assert exposures.known_variant(EXPERIMENT, SHOPPER, [OTHER]) is None


@pytest.mark.django_db(transaction=True)
def test_first_looks_at_the_same_moment_leave_one_row(monkeypatch):
    barrier, errors = threading.Barrier(6), []

    class Forgetful(exposures.ExposureMemory):
        def get(self, experiment_id, shopper_id):
            return None

    monkeypatch.setattr(exposures, "_memory", Forgetful())

    def look():
        barrier.wait()
        try:
            exposures.record_exposure(EXPERIMENT, VARIANT, SHOPPER, "home")
        except Exception as error:
            errors.append(error)
        finally:
            connections[router.db_for_write(Exposure)].close()

    threads = [threading.Thread(target=look) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert Exposure.objects.count() == 1


def test_the_memory_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(exposures, "MOST_REMEMBERED", 2)
    memory = exposures.ExposureMemory()
    for number in range(3):
        memory.put(EXPERIMENT, uuid.UUID(int=number), VARIANT)

    assert memory.get(EXPERIMENT, uuid.UUID(int=0)) is None
    assert memory.get(EXPERIMENT, uuid.UUID(int=2)) == VARIANT
