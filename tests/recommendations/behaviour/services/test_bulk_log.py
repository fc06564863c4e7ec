"""Appending many rows, on SQL and, through the models, where there is no SQL."""

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, router, transaction

from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services import bulk_log
from recommendations.behaviour.services.bulk_log import INSERT, LogRow, append_rows, known_ids

pytestmark = pytest.mark.django_db

OCCURRED = datetime(2018, 6, 17, 0, 0, 1, 500_000, tzinfo=UTC)
RECORDED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture(params=["sql", "models"])
def _both_ways(request, monkeypatch):
    if request.param == "models":
        stand_in = SimpleNamespace(vendor="mongodb")
        monkeypatch.setattr(bulk_log, "connections", {router.db_for_write(Interaction): stand_in})


def row(**changes) -> LogRow:
    return LogRow(uuid.uuid4().hex, uuid.uuid4().hex, "rate", uuid.uuid4().hex, 4.5, OCCURRED)._replace(**changes)


def test_every_column_of_the_table_is_written():
    named = INSERT.partition("(")[2].partition(")")[0].split(",")

    assert {name.strip() for name in named} == {field.column for field in Interaction._meta.concrete_fields}


@pytest.mark.usefixtures("_both_ways")
class TestBothWays:
    def test_a_row_reads_back_as_it_was(self):
        stored = row(kind="purchase")

        append_rows([stored], source="ratings-csv", recorded_at=RECORDED)

        interaction = Interaction.objects.get(pk=uuid.UUID(stored.id))
        assert interaction.shopper_id == uuid.UUID(stored.shopper_id)
        assert interaction.product_id == uuid.UUID(stored.product_id)
        assert (interaction.kind, interaction.value, interaction.query) == ("purchase", 4.5, "")
        assert interaction.source == "ratings-csv"
        assert (interaction.occurred_at, interaction.recorded_at) == (OCCURRED, RECORDED)
        assert list(Interaction.objects.filter(occurred_at=OCCURRED, shopper_id=uuid.UUID(stored.shopper_id)))

    def test_a_row_with_all_that_it_may_have_and_one_with_the_least(self):
        listed, category = uuid.uuid4(), uuid.uuid4()
        full = row(query="oud", recomm_id=listed.hex, category_id=category.hex, origin=65_535)
        least = row(product_id=None, value=None)

        append_rows([full, least], source="api", recorded_at=RECORDED)

        stored = Interaction.objects.get(pk=uuid.UUID(full.id))
        assert (stored.query, stored.recomm_id, stored.category_id, stored.origin) == ("oud", listed, category, 65_535)
        bare = Interaction.objects.get(pk=uuid.UUID(least.id))
        assert (bare.product_id, bare.query, bare.recomm_id, bare.category_id, bare.origin) == (
            None,
            "",
            None,
            None,
            None,
        )

    def test_a_row_without_value(self):
        append_rows([row(value=None)], source="x", recorded_at=RECORDED)

        assert Interaction.objects.get().value is None

    def test_known_ids(self):
        rows = [row() for _ in range(5)]
        append_rows(rows[:3], source="x", recorded_at=RECORDED)

        assert known_ids([each.id for each in rows]) == {each.id for each in rows[:3]}
        assert known_ids([rows[4].id]) == set()

    def test_an_id_that_is_there_is_refused(self):
        first, second = row(), row()
        append_rows([first], source="x", recorded_at=RECORDED)

        with pytest.raises(IntegrityError), transaction.atomic():
            append_rows([second, first], source="x", recorded_at=RECORDED + timedelta(seconds=1))

        assert Interaction.objects.get().recorded_at == RECORDED


def test_a_full_chunk_is_one_question_and_one_answer(django_assert_max_num_queries):
    rows = [row() for _ in range(3000)]

    with django_assert_max_num_queries(6):
        assert known_ids([each.id for each in rows]) == set()
        append_rows(rows, source="x", recorded_at=RECORDED)

    assert Interaction.objects.count() == 3000
