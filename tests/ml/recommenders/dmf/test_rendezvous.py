import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from ml.recommenders.dmf.rendezvous import WorkerMissing, meet


def free_addresses(count: int) -> list[str]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    addresses = [f"127.0.0.1:{server.getsockname()[1]}" for server in sockets]
    for server in sockets:
        server.close()
    return addresses


@pytest.mark.parametrize("size", [2, 3])
def test_all_go_on_once_the_last_has_come(size):
    addresses = free_addresses(size)
    with ThreadPoolExecutor(size) as threads:
        others = [threads.submit(meet, addresses, index, seconds=20) for index in range(1, size)]
        assert not any(other.done() for other in others)
        meet(addresses, 0, seconds=20)

        assert [other.result(20) for other in others] == [None] * (size - 1)
    socket.create_server(("127.0.0.1", int(addresses[0].rpartition(":")[2]))).close()


def test_the_chief_names_who_did_not_come():
    addresses = free_addresses(3)
    with ThreadPoolExecutor(1) as threads:
        other = threads.submit(meet, addresses, 1, seconds=1)
        with pytest.raises(WorkerMissing) as raised:
            meet(addresses, 0, seconds=0.5)

        assert str(raised.value) == f"training worker 2 ({addresses[2]}) did not come within 0.5 s: start it there"
        with pytest.raises(WorkerMissing):
            other.result(20)


def test_a_worker_says_that_there_is_no_chief():
    addresses = free_addresses(2)

    with pytest.raises(WorkerMissing, match=rf"no chief at {addresses[0]} within 0.3 s"):
        meet(addresses, 1, seconds=0.3)


def test_two_lists_do_not_meet():
    addresses = free_addresses(3)
    with ThreadPoolExecutor(1) as threads:
        chief = threads.submit(meet, addresses[:2], 0, seconds=3)
        with pytest.raises(WorkerMissing, match="another list"):
            meet([addresses[0], addresses[2]], 1, seconds=20)

        with pytest.raises(WorkerMissing, match="did not come"):
            chief.result(20)


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
