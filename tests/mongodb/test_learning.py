"""Trainings and what leads to them, with behaviour on MongoDB."""

import pytest

from tests.mongodb.repeating import LEARNING, folders, repeat


@pytest.mark.mongodb
def test_learning_on_mongodb():
    repeat(*folders(LEARNING))
