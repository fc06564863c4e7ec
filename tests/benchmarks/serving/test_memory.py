import mmap
import os

from benchmarks.serving import memory
from benchmarks.serving.memory import Memory, largest, memory_of


def test_a_map_that_was_read_is_resident_and_not_private(tmp_path):
    file = tmp_path / "large"
    file.write_bytes(bytes(20_000_000))
    before = memory_of(os.getpid())
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert sum(mapped[::4096]) == 0
        after = memory_of(os.getpid())

    assert after.resident - before.resident > 15
    assert before.proportional <= before.resident
    assert before.private <= before.resident


def test_the_largest_of_each_kind(monkeypatch):
    processes = {1: Memory(resident=30.0, proportional=12.5, private=5.0), 2: Memory(20.0, 15.0, 9.0)}
    monkeypatch.setattr(memory, "memory_of", processes.__getitem__)

    assert largest([1, 2]) == Memory(resident=30.0, proportional=15.0, private=9.0)
