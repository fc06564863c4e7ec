import mmap
import os

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


def test_the_largest_of_each_kind():
    assert largest([os.getpid(), os.getpid()]) == largest([os.getpid()])
    assert isinstance(largest([os.getpid()]), Memory)
