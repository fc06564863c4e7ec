"""Dead letters can be read, stay small and stop no queue; tests/faults tries them with real workers."""

import json
import logging

import pytest

from config import celery_app
from config.broker import dead_letters
from config.broker.dead_letters import RetryingTask, write_dead_letter


@pytest.fixture
def file(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / dead_letters.FILE_NAME


def test_a_line_says_what_and_why(file):
    write_dead_letter("shop.tasks.none", "7", ["x" * 5000], ValueError("no"))

    letter = json.loads(file.read_text())
    assert (letter["task"], letter["id"], letter["error"]) == ("shop.tasks.none", "7", "ValueError: no")
    assert len(letter["arguments"]) == dead_letters.LONGEST_TEXT


def test_one_file_is_kept_besides_the_current_one(file, monkeypatch):
    monkeypatch.setattr(dead_letters, "MOST_BYTES", 10)
    for number in range(3):
        write_dead_letter("", str(number), b"", None)

    assert json.loads(file.read_text())["id"] == "2"
    assert json.loads(file.with_suffix(".1.jsonl").read_text())["id"] == "1"


def test_a_disk_that_refuses_is_logged(settings, tmp_path, caplog):
    settings.DATA_DIR = tmp_path / "missing"
    with caplog.at_level(logging.ERROR):
        write_dead_letter("", "", b"{", ValueError("no JSON"))

    assert "dead_letters.jsonl could not be written" in caplog.text


def test_tasks_are_tried_three_times_and_a_training_twice():
    tasks = celery_app.tasks
    refresh, retrain = tasks["recommendations.tasks.refresh_shopper"], tasks["recommendations.tasks.retrain"]

    assert isinstance(refresh, RetryingTask)
    assert (refresh.max_retries, retrain.max_retries) == (2, 1)
    assert refresh.retry_on_worker_lost is True
