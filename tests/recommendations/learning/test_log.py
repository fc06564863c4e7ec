"""Reading the log for a training."""

import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from recommendations.behaviour.event_weights import KIND_CODES, Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.behaviour.trust import Counted
from recommendations.learning import log as log_module
from recommendations.learning.log import read_log

pytestmark = pytest.mark.django_db

A, B = uuid.UUID(int=1), uuid.UUID(int=2)
MOMENT = datetime(2026, 1, 1, tzinfo=UTC)


def act(shopper: int, product, kind=Kind.VIEW, value=None) -> Interaction:
    """Write an event and return it as it is stored: MongoDB keeps milliseconds."""
    row = Interaction.objects.create(
        shopper_id=uuid.UUID(int=shopper), product_id=product, kind=kind, value=value, occurred_at=MOMENT
    )
    row.refresh_from_db()
    return row


def test_rows_become_columns():
    act(1, B, Kind.RATE, 4)
    act(2, A)

    found = read_log({A: 0, B: 1})

    order = np.argsort(found.log.products)
    assert found.log.products[order].tolist() == [0, 1]
    assert found.log.kinds[order].tolist() == [KIND_CODES["view"], KIND_CODES["rate"]]
    assert found.log.values[order].tolist()[1] == 4.0
    assert np.isnan(found.log.values[order][0])
    assert set(found.log.times) == {MOMENT.timestamp()}
    assert (len(found), found.n_shoppers) == (2, 2)
    assert found.recorded_through == Interaction.objects.latest("recorded_at").recorded_at


def test_searches_and_products_that_are_gone_are_left_out():
    act(1, None, Kind.SEARCH)
    act(1, uuid.uuid4())

    found = read_log({A: 0})

    assert (len(found), found.n_shoppers) == (0, 0)
    assert found.recorded_through is not None


def test_when_a_row_was_written_is_read_beside_when_it_happened():
    older, newer = act(1, A), act(2, A)
    Interaction.objects.filter(pk=older.pk).update(recorded_at=MOMENT + timedelta(days=7))

    found = read_log({A: 0})

    recorded = {(MOMENT + timedelta(days=7)).timestamp(), newer.recorded_at.timestamp()}
    assert set(found.recorded) == recorded
    assert set(found.log.times) == {MOMENT.timestamp()}


def test_what_is_written_while_it_reads_is_left_to_the_next_training(monkeypatch):
    monkeypatch.setattr(log_module, "ROWS_PER_CHUNK", 1)
    first = act(1, A)
    late: list[Interaction] = []
    honest = log_module.Interaction.objects.count

    def count() -> int:
        late.append(act(2, A))  # after the newest row was looked for
        later = first.recorded_at + timedelta(seconds=1)
        Interaction.objects.filter(pk=late[0].pk).update(recorded_at=later)
        return honest()

    monkeypatch.setattr(log_module.Interaction.objects, "count", count)

    found = read_log({A: 0})

    assert len(late) == 1
    assert (len(found), found.recorded.tolist()) == (1, [first.recorded_at.timestamp()])


def test_what_does_not_count_takes_its_moment_along(monkeypatch):
    dropped, kept = act(1, A), act(2, B)
    times = {row.product_id: row.recorded_at.timestamp() for row in (dropped, kept)}
    monkeypatch.setattr(log_module, "counted", lambda log, source: Counted(log.products == 1, 1, 0, 0))

    found = read_log({A: 0, B: 1})

    assert (found.log.products.tolist(), found.recorded.tolist()) == ([1], [times[B]])


def test_visitors_count_as_their_accounts():
    VisitorLink.objects.create(visitor_id=uuid.UUID(int=1), user_id=uuid.UUID(int=2))
    act(1, A)
    act(2, A)

    found = read_log({A: 0})

    assert found.log.shoppers.tolist() == [0, 0]
    assert found.n_shoppers == 1


def test_an_empty_log():
    found = read_log({A: 0})

    assert (len(found), found.n_shoppers, found.recorded_through) == (0, 0, None)


def test_progress_is_the_share_read(monkeypatch):
    monkeypatch.setattr(log_module, "ROWS_PER_CHUNK", 2)
    for _ in range(5):
        act(1, A)
    shares: list[float] = []
    read_log({A: 0}, progress=shares.append)

    assert shares == [0.4, 0.8]
