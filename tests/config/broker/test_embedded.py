"""Messages of the embedded broker are whole or absent, and arrive once."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from kombu import Connection

MESSAGES = 400


@pytest.fixture
def connection(tmp_path):
    for folder in ("messages", "control"):
        (tmp_path / folder).mkdir()
    options = {
        "data_folder_in": str(tmp_path / "messages"),
        "data_folder_out": str(tmp_path / "messages"),
        "control_folder": str(tmp_path / "control"),
        "polling_interval": 0.001,
    }

    def connect() -> Connection:
        return Connection("filesystem://", transport="config.broker.embedded:Transport", transport_options=options)

    return connect


@pytest.fixture
def name(tmp_path) -> str:
    """A queue of the test's own: kombu remembers declared queues per process, whatever their folder."""
    return f"events-{tmp_path.name}"


def test_every_message_arrives_once_while_it_is_being_written(connection, name):
    def send() -> None:
        with connection() as sender, sender.SimpleQueue(name) as queue:
            for number in range(MESSAGES):
                queue.put({"number": number})

    def receive() -> list[int]:
        with connection() as receiver, receiver.SimpleQueue(name) as queue:
            received = []
            for _ in range(MESSAGES):
                message = queue.get(timeout=180)
                received.append(message.payload["number"])
                message.ack()
            return received

    with connection() as first, first.SimpleQueue(name), ThreadPoolExecutor(2) as pool:
        receiving = pool.submit(receive)
        pool.submit(send).result()
        received = receiving.result()

    assert sorted(received) == list(range(MESSAGES))


def test_an_unfinished_message_is_passed_over(connection, name, tmp_path):
    (tmp_path / "messages" / "half.partial").write_text('{"bo')
    with connection() as broker, broker.SimpleQueue(name) as queue:
        queue.put({"number": 7})

        message = queue.get(timeout=180)
        message.ack()
        assert message.payload == {"number": 7}
        with pytest.raises(queue.Empty):
            queue.get(block=False)
    assert [path.name for path in Path(tmp_path / "messages").iterdir()] == ["half.partial"]
