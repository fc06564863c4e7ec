"""A cache of files on a disk that fails: on real files, and a device that is always full."""

import errno
import logging
import os
import tempfile

import pytest
from django.core.cache.backends import filebased

from config.caches import fallback
from config.caches.fallback import SECONDS_BETWEEN_ATTEMPTS
from config.caches.files import Cache

AWAY, BACK = "The cache is away", "The cache is back"


@pytest.fixture
def folder(tmp_path):
    yield tmp_path / "cache"
    Cache.quiet_until.pop(str(tmp_path / "cache"), None)


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(fallback.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def full_disk(monkeypatch):
    """Files can be made, and the system has no room for what is written to them."""

    def make(*, dir: str) -> tuple[int, str]:  # noqa: A002 named as in tempfile
        descriptor, name = tempfile.mkstemp(dir=dir)
        os.close(descriptor)
        return os.open("/dev/full", os.O_WRONLY), name

    with monkeypatch.context() as patched:
        patched.setattr(filebased, "tempfile", type("tempfile", (), {"mkstemp": staticmethod(make)}))
        yield patched


def said(caplog, text: str) -> int:
    return sum(text in record.message for record in caplog.records)


def test_a_value_is_kept_in_a_file_that_other_processes_read(folder):
    Cache(folder, {}).set("menu", [1, 2])

    assert Cache(folder, {}).get("menu") == [1, 2]
    assert len(list(folder.glob("*.djcache"))) == 1


def test_a_full_disk_keeps_nothing_and_says_so_once(folder, full_disk, clock, caplog):
    cache = Cache(folder, {})
    with caplog.at_level(logging.WARNING):
        for number in range(5):
            clock[0] += SECONDS_BETWEEN_ATTEMPTS
            assert cache.get("nobody-set-this") is None
            assert cache.add("mark", 1) is (number == 0)
            cache.set("menu", 2)
            assert cache.get("menu") == 2
            assert cache.is_away

    assert (said(caplog, AWAY), said(caplog, BACK)) == (1, 0)
    assert list(folder.iterdir()) == []


def test_limits_hold_while_the_disk_is_full(folder, full_disk, clock):
    cache = Cache(folder, {})
    counted = []
    for _ in range(5):
        clock[0] += SECONDS_BETWEEN_ATTEMPTS
        cache.add("requests", 0)
        counted.append(cache.incr("requests", 1))

    assert counted == [1, 2, 3, 4, 5]


def test_a_disk_with_room_again_is_used_again(folder, full_disk, clock, caplog):
    cache = Cache(folder, {})
    cache.set("of-that-time", 1)
    full_disk.undo()
    assert cache.get("of-that-time") == 1
    clock[0] += SECONDS_BETWEEN_ATTEMPTS
    cache.set("now", 2)

    assert (cache.is_away, cache.get("of-that-time"), cache.get("now")) == (False, None, 2)
    assert Cache(folder, {}).get("now") == 2
    assert (said(caplog, AWAY), said(caplog, BACK)) == (1, 1)


def test_a_folder_that_cannot_be_made_is_a_cache_of_this_process(tmp_path):
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "cache"

    cache = Cache(place, {})
    cache.set("menu", 1)

    assert (cache.get("menu"), cache.has_key("menu"), cache.delete("menu"), cache.get("menu")) == (1, True, True, None)
    Cache.quiet_until.pop(str(place))


def test_a_file_that_cannot_be_read_is_a_miss(folder, monkeypatch):
    cache = Cache(folder, {})
    cache.set("menu", 1)

    def broken(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as patched:
        patched.setattr(filebased, "open", broken, raising=False)
        assert cache.get("menu", "nothing") == "nothing"


def test_counting_what_is_not_there_is_still_an_error(folder):
    with pytest.raises(ValueError, match="not found"):
        Cache(folder, {}).incr("requests")
    assert not Cache(folder, {}).is_away
