"""The queues: a training never stands before an event, and no message is delivered to both."""

import signal

from config import celery_app
from config.celery import finish_the_task_at_hand


def queue_of(task: str) -> str:
    return celery_app.amqp.router.route({}, task)["queue"].name


def test_training_has_a_queue_of_its_own():
    assert queue_of("recommendations.tasks.retrain") == "training"
    assert queue_of("recommendations.tasks.refresh_shopper") == "realtime"


def test_no_two_queues_share_an_address():
    queues = list(celery_app.amqp.queues.values())

    assert {queue.name for queue in queues} == {"realtime", "training"}
    assert len({(queue.exchange.name, queue.routing_key) for queue in queues}) == 2


def test_only_json_is_taken():
    assert celery_app.conf.accept_content == ["json"]
    assert (celery_app.conf.task_acks_late, celery_app.conf.task_reject_on_worker_lost) == (True, True)


def test_pool_processes_leave_the_end_to_their_worker():
    before = signal.getsignal(signal.SIGTERM)
    try:
        finish_the_task_at_hand()
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGTERM, before)
