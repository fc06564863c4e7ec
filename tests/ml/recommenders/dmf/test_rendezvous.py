import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ml.recommenders.dmf import rendezvous
from ml.recommenders.dmf.rendezvous import WorkerMissing, meet
from tests.programs import reserved_port

PATIENCE = 300  # seconds, for a busy machine


def free_addresses(count: int) -> list[str]:
    return [f"127.0.0.1:{reserved_port()}" for _ in range(count)]


@pytest.fixture
def _time_ends_with_the_first_report(monkeypatch):
    """Let the chief's time be over once one worker has reported, however fast either of them is."""
    over, clock, reported = threading.Event(), time.monotonic, rendezvous._reported

    def last_report(connection, addresses):
        try:
            return reported(connection, addresses)
        finally:
            over.set()

    monkeypatch.setattr(rendezvous, "_reported", last_report)
    monkeypatch.setattr(time, "monotonic", lambda: clock() + (2 * PATIENCE if over.is_set() else 0))


@pytest.mark.parametrize("size", [2, 3])
def test_all_go_on_once_the_last_has_come(size):
    addresses = free_addresses(size)
    with ThreadPoolExecutor(size) as threads:
        others = [threads.submit(meet, addresses, index, seconds=PATIENCE) for index in range(1, size)]
        assert not any(other.done() for other in others)
        meet(addresses, 0, seconds=PATIENCE)

        assert [other.result(PATIENCE) for other in others] == [None] * (size - 1)
    socket.create_server(("127.0.0.1", int(addresses[0].rpartition(":")[2]))).close()


@pytest.mark.usefixtures("_time_ends_with_the_first_report")
def test_the_chief_names_who_did_not_come():
    addresses = free_addresses(3)
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(meet, addresses, 1, seconds=PATIENCE)
        with pytest.raises(WorkerMissing) as raised:
            meet(addresses, 0, seconds=PATIENCE)

        missing = f"training worker 2 ({addresses[2]})"
        assert str(raised.value) == f"{missing} did not come within {PATIENCE} s: start it there"
        with pytest.raises(WorkerMissing):
            other.result(PATIENCE)


def test_a_worker_says_that_there_is_no_chief():
    addresses = free_addresses(2)

    with pytest.raises(WorkerMissing, match=rf"no chief at {addresses[0]} within 0.3 s"):
        meet(addresses, 1, seconds=0.3)


@pytest.mark.usefixtures("_time_ends_with_the_first_report")
def test_two_lists_do_not_meet():
    addresses = free_addresses(3)
    with ThreadPoolExecutor(1) as threads:
        chief = threads.submit(meet, addresses[:2], 0, seconds=PATIENCE)
        with pytest.raises(WorkerMissing, match="another list"):
            meet([addresses[0], addresses[2]], 1, seconds=PATIENCE)

        with pytest.raises(WorkerMissing, match="did not come"):
            chief.result(PATIENCE)


def test_a_port_in_use_is_named():
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(WorkerMissing, match=f"cannot listen on port {port}"):
            meet([f"127.0.0.1:{port}", "127.0.0.1:1"], 0, seconds=1)


@pytest.mark.parametrize(
    ("addresses", "index", "said"),
    [
        (["one:7000", "two"], 0, "expected host:port"),
        (["one:7000", "two:0"], 0, "expected host:port"),
        (["one:7000", "two:70000"], 0, "expected host:port"),
        (["one:7000"], 0, "at least two"),
        (["one:7000", "one:7000"], 0, "all different"),
        (["one:7000", "two:7000"], 2, "expected 0 to 1"),
        (["one:7000", "two:7000"], -1, "expected 0 to 1"),
    ],
    ids=["no port", "port 0", "high port", "one", "twice", "high index", "negative index"],
)
def test_a_list_that_cannot_be_used_is_refused_at_once(addresses, index, said):
    with pytest.raises(WorkerMissing, match=said):
        meet(addresses, index, seconds=60)
