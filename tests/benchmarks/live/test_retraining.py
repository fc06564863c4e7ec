"""Parts of the measurement of a training beside shoppers."""

import threading
from pathlib import Path
from typing import cast

import pytest

from benchmarks.live.retraining import RequestStream, Training, parse
from benchmarks.shops.client import Visitor
from benchmarks.shops.programs import Program, ShopError


class SlowVisitor:
    """A visitor who is answered once somebody lets them."""

    def __init__(self, may_answer: threading.Event) -> None:
        self.may_answer = may_answer
        self.asked = 0

    def recommended(self, **query: object) -> list[tuple[str, float]]:
        self.asked += 1
        self.may_answer.wait()
        return []


class Worker:
    """A worker that says what it is told to; its only process is this one."""

    def __init__(self, *, said: str = "", is_running: bool = True) -> None:
        self.said, self.is_running = said, is_running

    def tail(self) -> str:
        return self.said

    def children(self) -> list[int]:
        return [int(Path("/proc/self").readlink().name)]


def test_requests_are_sent_whether_the_ones_before_were_answered_or_not():
    may_answer = threading.Event()
    visitors = [SlowVisitor(may_answer) for _ in range(2)]
    sent: list[float] = []

    def is_over() -> bool:
        if len(sent) == 5:
            may_answer.set()
        return len(sent) == 5

    taken = RequestStream(cast(list[Visitor], visitors), rate=1_000.0).until(is_over, sent.append)

    assert [visitor.asked for visitor in visitors] == [3, 2]
    assert len(taken) == 5
    assert min(taken) >= 0.0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read from Linux's /proc")
def test_a_training_ends_when_its_worker_says_so():
    worker = Worker(said="Task recommendations.tasks.retrain[1] received")
    training = Training(cast(Program, worker))

    assert not training.has_ended()
    worker.said += "\nTask recommendations.tasks.retrain[1] succeeded in 3.5s: None"
    assert training.has_ended()
    assert 1 < training.peak_mb < 100_000


@pytest.mark.parametrize(
    "worker",
    [Worker(is_running=False), Worker(said="Task recommendations.tasks.retrain[1] raised unexpected: MemoryError()")],
    ids=["the worker died", "the training failed"],
)
def test_a_training_that_fails_is_told(worker):
    with pytest.raises(ShopError, match="ended by itself|failed"):
        Training(worker).has_ended()


@pytest.mark.parametrize("wrong", [["--interactions", "10"], ["--rate", "0"]], ids=["too few", "no rate"])
def test_wrong_options_are_refused(wrong, capsys):
    with pytest.raises(SystemExit):
        parse(wrong)

    assert "must be at least 1000" in capsys.readouterr().err
