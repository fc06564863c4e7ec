"""A value many pages show is made by one of them; the others get the old one or wait."""

import pytest
from django.core.cache import cache

from shop.catalogue import stale_cache
from shop.catalogue.stale_cache import cached_value, drop_cached_values

KEY = "tests.value"


@pytest.fixture
def made() -> list[str]:
    """What was made, in order."""
    return []


def test_a_value_is_made_once_until_it_is_dropped(made):
    def make() -> str:
        made.append("x")
        return f"value {len(made)}"

    assert [cached_value(KEY, make, seconds=60) for _ in range(3)] == ["value 1"] * 3
    drop_cached_values(KEY)
    assert cached_value(KEY, make, seconds=60) == "value 2"


def test_an_empty_value_is_kept_too(made):
    assert cached_value(KEY, lambda: made.append("x") or [], seconds=60) == []
    assert cached_value(KEY, lambda: made.append("x") or [], seconds=60) == []
    assert made == ["x"]


def test_while_an_expired_value_is_made_anew_the_others_get_the_old_one():
    cached_value(KEY, lambda: "old", seconds=-1)
    others: list[str] = []

    def make() -> str:
        others.append(cached_value(KEY, lambda: pytest.fail("two make it"), seconds=60))
        return "new"

    assert cached_value(KEY, make, seconds=60) == "new"
    assert others == ["old"]
    assert cached_value(KEY, lambda: pytest.fail("it is kept"), seconds=60) == "new"


def test_what_was_begun_before_a_drop_is_given_once_and_not_kept():
    def make() -> str:
        drop_cached_values(KEY)  # something changes that this value may not know of
        return "of before"

    assert cached_value(KEY, make, seconds=60) == "of before"
    assert cached_value(KEY, lambda: "of after", seconds=60) == "of after"
    assert cached_value(KEY, lambda: pytest.fail("it is kept"), seconds=60) == "of after"


def test_an_expired_value_that_was_dropped_is_shown_to_nobody():
    cached_value(KEY, lambda: "old", seconds=-1)
    drop_cached_values(KEY)
    others: list[str] = []

    def make() -> str:
        others.append(cached_value(KEY, lambda: "made twice", seconds=60))
        return "new"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stale_cache, "SECONDS_TO_WAIT", 0.05)
        assert cached_value(KEY, make, seconds=60) == "new"
    assert others == ["made twice"]


def test_without_an_old_value_a_second_one_waits_no_longer_than_agreed(monkeypatch):
    monkeypatch.setattr(stale_cache, "SECONDS_TO_WAIT", 0.05)
    cache.add(f"{KEY}.being-made", True, 30)

    assert cached_value(KEY, lambda: "mine", seconds=60) == "mine"


def test_a_failure_lets_the_next_one_try():
    def fail() -> str:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        cached_value(KEY, fail, seconds=60)
    assert cached_value(KEY, lambda: "made", seconds=60) == "made"
