"""A broker that is away costs nothing but a line in the log."""

import logging
from types import SimpleNamespace

import pytest
from kombu.exceptions import OperationalError

from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services import notifications
from recommendations.behaviour.services.notifications import notify, notify_on_commit


class Task:
    """A task whose broker can be away. How messages are counted is seen on a real one (tests/faults)."""

    app = SimpleNamespace(conf=SimpleNamespace(task_always_eager=True))

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.attempts: list[dict] = []

    def apply_async(self, **options) -> None:
        self.attempts.append(options)
        if self.error:
            raise self.error


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(notifications.time, "monotonic", lambda: now[0])
    return now


def test_a_notification_is_sent_once_without_retries():
    task = Task()

    assert notify(task, "a", 1) is True
    assert task.attempts == [{"args": ("a", 1), "retry": False}]


@pytest.mark.parametrize(
    "error", [OperationalError("refused"), ConnectionRefusedError(111, "refused"), PermissionError()]
)
def test_an_absent_broker_is_logged_once_and_left_alone_for_a_while(error, clock, caplog):
    task = Task(error)
    with caplog.at_level(logging.WARNING):
        assert [notify(task, "a") for _ in range(5)] == [False] * 5
        assert len(task.attempts) == 1
        clock[0] += notifications.SECONDS_BETWEEN_ATTEMPTS
        assert notify(task, "a") is False

    assert len(task.attempts) == 2
    assert len(caplog.records) == 1


def test_a_broker_that_comes_back_is_used_again(clock, caplog):
    notify(Task(OperationalError("refused")), "a")
    clock[0] += notifications.SECONDS_BETWEEN_ATTEMPTS
    task = Task()

    assert [notify(task, "b"), notify(task, "c")] == [True, True]
    assert "is back" in caplog.text


def test_an_error_of_the_task_itself_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        notify(Task(ZeroDivisionError()), "a")


@pytest.mark.django_db
def test_a_notification_waits_for_the_commit(committed):
    task = Task()
    with committed():
        notify_on_commit(task, "a", about=Interaction)
        assert task.attempts == []

    assert len(task.attempts) == 1
