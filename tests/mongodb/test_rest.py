"""Everything else, and what only MongoDB does, with behaviour on MongoDB."""

import pytest

from tests.mongodb.repeating import DEMO, LEARNING, LISTS, REPEATED, folders, repeat


@pytest.mark.mongodb
def test_rest_on_mongodb():
    repeat("tests/mongodb/inside", REPEATED, *DEMO, *(f"--ignore={folder}" for folder in folders((*LEARNING, *LISTS))))
