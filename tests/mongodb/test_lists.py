"""Lists, commands and monitoring, with behaviour on MongoDB."""

import pytest

from tests.mongodb.repeating import LISTS, folders, repeat


@pytest.mark.mongodb
def test_lists_on_mongodb():
    repeat(*folders(LISTS))
