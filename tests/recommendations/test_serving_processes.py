"""A roll back reaches every process with its next answer, without a restart."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections

from recommendations.behaviour.event_weights import Kind
from recommendations.versions import artifact_store
from recommendations.versions.services import roll_back
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import SHOPPER, act, for_you

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
# Answers each line on its input with the version that serves in this process and what it recommends.
PROCESS = f"""
import sys, uuid
import django
django.setup()
from recommendations.serving import handle
from tests.recommendations.shopping import recommend
from recommendations.lists.intents.registry import FOR_YOU
for line in sys.stdin:
    served = handle.current()
    found = recommend(shopper_id=uuid.UUID(int={SHOPPER.int}), intent=FOR_YOU)
    print(served.version, *(item.product.pk.hex for item in found.items), flush=True)
"""


class ServingProcess:
    """Another process of the shop on the same files and database."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self) -> list[str]:
        """Return the version that serves there, then the products it recommends, best first."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().split()


@contextmanager
def serving_process(folder: Path) -> Iterator[ServingProcess]:
    environment = os.environ | {
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "BEHAVIOUR_DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-c", PROCESS]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield ServingProcess(process)
        finally:
            process.kill()


def test_two_processes_follow_a_roll_back_with_the_next_answer_and_recommend_as_before(category, tmp_path):
    if connection.vendor != "sqlite" or len(list(connections)) > 1:
        pytest.skip("the processes share the test's one SQLite file")
    products = ProductFactory.create_batch(4, category=category)
    act(Kind.VIEW, products[0])
    first = publish(products, [[1, 0, 0, 0], [0.8, 0.6, 0, 0], [0, 1, 0, 0], [0.6, 0.8, 0, 0]])
    before = [first, *(item.product.pk.hex for item in for_you().items)]
    with serving_process(tmp_path) as one, serving_process(tmp_path) as other:
        assert one.ask() == other.ask() == before

        second = publish(products, [[1, 0, 0, 0], [0, 1, 0, 0], [0.9, 0.4, 0, 0], [0.1, 0.9, 0, 0]])
        after = one.ask()
        assert after[0] == other.ask()[0] == second
        assert after[1:] != before[1:]

        assert roll_back() == first
        assert one.ask() == other.ask() == before
    assert artifact_store.promoted_version() == first
