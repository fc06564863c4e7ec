"""`manage.py join_training`; two real processes are in tests/ml/recommenders/dmf/test_distributed.py."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from recommendations.learning.training import TrainingRefused
from recommendations.management.commands import join_training as command

ADDRESSES = ["one:7000", "two:7000"]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("join_training", *arguments, stdout=out)
    return out.getvalue()


def test_it_lends_itself_and_says_what_came_of_it(monkeypatch, settings):
    settings.TRAINING_WORKERS = ADDRESSES
    asked = []

    def joined(addresses, index, *, seconds, report):
        asked.append((addresses, index, seconds))
        report("Worker 1 of 2 works for one:7000.")
        return 12

    monkeypatch.setattr(command, "join_training", joined)

    assert run("--index", "1", "--wait", "5").splitlines() == [
        "Worker 1 of 2 works for one:7000.",
        "The chief has ended the training, after 12 epochs.",
    ]
    assert asked == [(ADDRESSES, 1, 5.0)]


@pytest.mark.parametrize(
    ("addresses", "index", "said"),
    [([], "1", "TRAINING_WORKERS is not set"), (ADDRESSES, "0", "is the chief"), (ADDRESSES, "2", "expected 0 to 1")],
    ids=["no list", "chief", "not in the list"],
)
def test_what_cannot_be_joined_is_refused(settings, addresses, index, said):
    settings.TRAINING_WORKERS = addresses

    with pytest.raises(CommandError, match=said):
        run("--index", index)


def test_a_lost_chief_is_one_line(monkeypatch, settings):
    settings.TRAINING_WORKERS = ADDRESSES

    def lost(*_, **__):
        raise TrainingRefused("a training worker was lost")

    monkeypatch.setattr(command, "join_training", lost)

    with pytest.raises(CommandError, match="^Left the training: a training worker was lost$"):
        run("--index", "1")
