"""The queues: a training never stands before an event, and no message is delivered to both."""

import os
import signal

import pytest

from config import celery_app
from config.celery import TRAINING_NICE, ignore_sigterm, lower_priority_of_trainings


def queue_of(task: str) -> str:
    return celery_app.amqp.router.route({}, task)["queue"].name


def test_training_has_a_queue_of_its_own():
    assert queue_of("recommendations.tasks.retrain") == "training"
    assert queue_of("recommendations.tasks.refresh_shopper") == "realtime"


def test_products_in_bulk_have_a_queue_of_their_own_and_one_product_has_not():
    assert queue_of("recommendations.tasks.reindex_category") == "catalogue"
    assert queue_of("recommendations.tasks.reindex_products") == "realtime"


def test_no_two_queues_share_an_address():
    queues = list(celery_app.amqp.queues.values())

    assert {queue.name for queue in queues} == {"realtime", "catalogue", "training"}
    assert len({(queue.exchange.name, queue.routing_key) for queue in queues}) == 3


def test_only_json_is_taken():
    assert celery_app.conf.accept_content == ["json"]
    assert (celery_app.conf.task_acks_late, celery_app.conf.task_reject_on_worker_lost) == (True, True)


def test_pool_processes_leave_the_end_to_their_worker():
    before = signal.getsignal(signal.SIGTERM)
    try:
        ignore_sigterm()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("name", "cores", "told", "threads"),
    [
        ("training@host", 8, [TRAINING_NICE], "7"),
        ("training@host", 1, [TRAINING_NICE], "1"),
        ("realtime@host", 8, [], None),
    ],
    ids=["training", "on one core", "realtime"],
)
def test_the_worker_that_trains_gives_way(name, cores, told, threads, monkeypatch):
    levels: list[int] = []
    monkeypatch.setattr(os, "nice", levels.append)
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    for variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        monkeypatch.setenv(variable, "")
        monkeypatch.delenv(variable)

    lower_priority_of_trainings(name)

    assert levels == told
    assert os.environ.get("TF_NUM_INTRAOP_THREADS") == os.environ.get("OMP_NUM_THREADS") == threads


def test_threads_that_were_chosen_stay(monkeypatch):
    monkeypatch.setattr(os, "nice", lambda level: level)
    monkeypatch.setenv("OMP_NUM_THREADS", "16")
    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "16")

    lower_priority_of_trainings("training@host")

    assert (os.environ["OMP_NUM_THREADS"], os.environ["TF_NUM_INTRAOP_THREADS"]) == ("16", "16")
