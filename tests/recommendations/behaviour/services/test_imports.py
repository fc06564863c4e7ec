"""Interactions of other systems: appended once, counted once, whole chunks only."""

import os
import subprocess
import sys
import textwrap
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError

from ml.datasets.records import InteractionRecord, RowError
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services import imports
from recommendations.behaviour.services.imports import (
    EVENT_NAMESPACE,
    event_key,
    import_interactions,
    imported_shopper_id,
)
from shop.catalogue.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def rate(user: str = "u1", item: str = "B1", rating: float = 4.0, timestamp: float | None = 1e9, line: int = 0):
    return InteractionRecord(user, item, rating, timestamp, "rate", line)


def run(*records, **options) -> dict[str, Any]:
    """Import and return what is not zero of the summary."""
    settled: dict[str, Any] = {"source": "ratings-csv", "count_into_totals": True} | options
    summary = import_interactions(records, **settled)
    return {name: value for name, value in vars(summary).items() if value and name != "seconds"}


def sums(external_id: str) -> tuple[int, int]:
    return Product.objects.values_list("rating_sum", "rating_count").get(external_id=external_id)


@pytest.fixture
def lamp() -> Product:
    return ProductFactory(external_id="B1")


@pytest.fixture
def _small_chunks(monkeypatch):
    monkeypatch.setattr(imports, "LEAST_ROWS", 10)
    monkeypatch.setattr(imports, "MOST_ROWS", 20)


def test_an_interaction_in_full(lamp):
    assert run(rate("u1", timestamp=1529193600.5)) == {"read": 1, "created": 1}

    interaction = Interaction.objects.get()
    assert interaction.shopper_id == imported_shopper_id("u1")
    assert interaction.product_id == lamp.pk
    assert (interaction.kind, interaction.value, interaction.source) == ("rate", 4.0, "ratings-csv")
    assert interaction.occurred_at == datetime(2018, 6, 17, 0, 0, 0, 500_000, tzinfo=UTC)
    assert interaction.id == uuid.uuid5(EVENT_NAMESPACE, "ratings-csv\x1fu1\x1fB1\x1f1529193600.5\x1frate")


def test_event_keys_are_those_of_uuid5():
    for text in ("", "a", "ratings-csv\x1fé\x1f灯"):
        assert event_key(text) == uuid.uuid5(EVENT_NAMESPACE, text).hex
    # The ids in every log: another namespace would import everything again.
    assert event_key("ratings-csv\x1fu1\x1fB1\x1f1529193600.5\x1frate") == "535749255212501bb82388ff5832b5be"


@time_machine.travel(datetime(2026, 3, 4, 5, 6, tzinfo=UTC), tick=False)
def test_without_a_time_it_happened_now(lamp):
    run(rate(timestamp=None))

    assert Interaction.objects.get().occurred_at == datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def test_an_account_is_known_by_its_address(lamp, user):
    run(rate(user.email), rate(str(user.pk), timestamp=2e9))

    assert set(Interaction.objects.values_list("shopper_id", flat=True)) == {user.pk}


def test_a_second_run_changes_nothing_and_counts_no_star_twice(lamp):
    records = [rate("u1", rating=5.0), rate("u2", rating=2.0, timestamp=None), rate("u1", rating=5.0)]
    first = run(*records)
    before = list(Interaction.objects.order_by("pk").values())

    second = run(*records)

    assert first == {"read": 3, "created": 2, "already_there": 1}
    assert second == {"read": 3, "already_there": 3}
    assert list(Interaction.objects.order_by("pk").values()) == before
    assert sums("B1") == (7, 2)


def test_only_the_new_part_of_a_longer_file_is_added(lamp):
    run(rate("u1"))

    assert run(rate("u1"), rate("u2")) == {"read": 2, "created": 1, "already_there": 1}
    assert sums("B1") == (8, 2)


def test_stars_stay_out_where_products_bring_their_totals(lamp):
    run(rate(), count_into_totals=False)

    assert sums("B1") == (0, 0)


def test_the_same_event_of_two_formats_is_two_events(lamp):
    run(rate(), source="ratings-csv")
    run(rate(), source="amazon-sales")

    assert Interaction.objects.count() == 2


def test_bad_rows_and_unknown_products_are_reported_and_the_rest_goes_in(lamp):
    rejects: list[RowError] = []
    bad = RowError(2, "broken", "B1")

    summary = run(rate(line=1), bad, rate(item="B9", line=3), rate("u2", line=4), on_reject=rejects.append)

    assert summary == {"read": 4, "created": 2, "rejected": 2, "of_unknown_products": 1}
    assert rejects == [bad, RowError(3, "no product has this id: import the products first", "B9")]


def test_nothing_at_all():
    assert run() == {}


@pytest.mark.usefixtures("_small_chunks")
class TestChunks:
    def test_a_dry_run_counts_the_same_and_writes_nothing(self, lamp):
        records = [rate(f"u{number % 30}") for number in range(50)]
        run(rate("u7"))

        dry = run(*records, rate(item="B9"), dry_run=True)

        assert Interaction.objects.count() == 1
        assert sums("B1") == (4, 1)
        assert dry == run(*records, rate(item="B9"))
        assert dry == {"read": 51, "created": 29, "already_there": 21, "rejected": 1, "of_unknown_products": 1}

    def test_a_chunk_ends_when_enough_of_the_file_was_read(self, lamp):
        read = 0
        seen: list[int] = []

        def records():
            nonlocal read
            for read in range(1, 101):
                yield rate(f"u{read}")

        run_of = import_interactions(
            records(),
            source="ratings-csv",
            count_into_totals=False,
            on_progress=seen.append,
            fraction_read=lambda: read / 400,
        )

        # 100 rows are a quarter of the file: CHUNK_SHARE of it is 16 rows, which the next multiple of 10 ends.
        assert run_of.created == 100
        assert seen == [20, 40, 60, 80, 100, 100]

    def test_after_ctrl_c_whole_chunks_are_in_and_a_second_run_completes(self, lamp):
        records = [rate(f"u{number}") for number in range(100)]

        def stopped():
            yield from records[:60]
            yield from records[60:75]
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            import_interactions(stopped(), source="ratings-csv", count_into_totals=True)
        assert Interaction.objects.count() == 60
        assert sums("B1") == (240, 60)

        assert run(*records) == {"read": 100, "created": 40, "already_there": 60}
        assert sums("B1") == (400, 100)

    def test_a_failure_inside_a_chunk_leaves_neither_rows_nor_stars_of_it(self, lamp, monkeypatch):
        def fail(rows, **_):
            raise RuntimeError("disk on fire")

        run(rate("u0"))
        monkeypatch.setattr(imports, "append_rows", fail)

        with pytest.raises(RuntimeError):
            run(rate("u1"))

        assert Interaction.objects.count() == 1
        assert sums("B1") == (4, 1)

    def test_a_chunk_is_tried_again_when_a_rival_wrote_some_of_it(self, lamp, monkeypatch):
        """The rival writes between the question which ids are known and the answer."""
        ask = imports.known_ids
        rivals = [[rate("u1")], [rate("u2")]]

        def answer_too_late(ids):
            known = ask(ids)
            if rivals:
                monkeypatch.setattr(imports, "known_ids", ask)
                run(*rivals.pop())
                monkeypatch.setattr(imports, "known_ids", answer_too_late)
            return known

        monkeypatch.setattr(imports, "known_ids", answer_too_late)

        summary = run(*(rate(f"u{number}") for number in range(5)))

        # Both rivals shared the transaction that was rolled back: in the end all five rows are ours.
        assert rivals == []
        assert summary == {"read": 5, "created": 5}
        assert sums("B1") == (20, 5)

    def test_a_lasting_collision_is_not_hidden(self, lamp, monkeypatch):
        monkeypatch.setattr(imports, "known_ids", lambda ids: set())
        run(rate("u1"))

        with pytest.raises(IntegrityError):
            run(rate("u1"))
        assert sums("B1") == (4, 1)

    def test_few_queries_per_chunk_whatever_the_number_of_users(self, lamp, django_assert_max_num_queries):
        with django_assert_max_num_queries(12):
            run(*(rate(f"u{number}") for number in range(20)))


SCRIPT = """
    import os, signal
    import django
    django.setup()
    from django.core.management import call_command
    from django.db import connections
    from ml.datasets.records import InteractionRecord
    from recommendations.models import Interaction
    from recommendations.behaviour.services import imports as interaction_import
    from shop.models import Category, Product

    def run():
        records = (InteractionRecord(f"u{number}", "B1", 4.0, 1e9, "rate", number) for number in range(10_000))
        return interaction_import.import_interactions(records, source="ratings-csv", count_into_totals=True)

    def killed_before_commit(rows, **options):
        append(rows, **options)
        written.append(len(rows))
        if sum(written) >= 6000:
            os.kill(os.getpid(), signal.SIGKILL)

    interaction_import.LEAST_ROWS, interaction_import.MOST_ROWS = 500, 1000
    call_command("migrate", verbosity=0)
    category = Category.objects.add_root(instance=Category(name="Lamps", slug="lamps"))
    Product.objects.create(external_id="B1", title="Lamp", slug="lamp", category=category)
    connections.close_all()
    append, written = interaction_import.append_rows, []
    child = os.fork()
    if not child:
        interaction_import.append_rows = killed_before_commit
        run()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    summary, product = run(), Product.objects.get()
    print(summary.created, summary.already_there, Interaction.objects.count(), product.rating_sum, product.rating_count)
"""


def test_killed_in_the_middle_of_a_chunk_the_next_run_takes_up_where_it_was(tmp_path):
    """The power fails at 60 %, after the chunk's rows are written and before they are committed."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": "",
        "BEHAVIOUR_DATABASE_URL": "",
    }

    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        timeout=300,
        check=False,
        text=True,
    )

    assert result.stdout.split() == ["-9", "5000", "5000", "10000", "40000", "10000"], result.stderr
