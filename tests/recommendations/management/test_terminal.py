"""Help with examples, and errors of one line."""

import pytest
from django.core.management import CommandError, load_command_class
from django.db import OperationalError, ProgrammingError

from recommendations.management.terminal import STOPPED_BY_HAND, one_line_errors

COMMANDS = (
    *("evaluate_recommender", "jobs", "join_training", "recommend", "recommender_versions", "rollback_recommender"),
    *("train_ratings", "train_recommender"),
)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_ends_with_example_calls(name):
    text = load_command_class("recommendations", name).create_parser("manage.py", name).format_help()

    assert f"python manage.py {name}" in text.partition("\nexample:\n")[2]


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ProgrammingError('relation "x" does not exist'), "run `python manage.py migrate` first"),
        (OperationalError("refused\nmore"), r"The database refused \(refused\): check DATABASE_URL"),
        (KeyboardInterrupt(), "Stopped by hand; nothing was changed."),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(error, message):
    with pytest.raises(CommandError, match=message) as caught, one_line_errors():
        raise error

    assert caught.value.returncode == (STOPPED_BY_HAND if isinstance(error, KeyboardInterrupt) else 1)
