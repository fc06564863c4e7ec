"""Memory of processes that share files: resident pages of each, and its share when shared pages are split evenly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

KIB_PER_MB = 1e6 / 1024


@dataclass(frozen=True)
class Memory:
    """Memory of a process in megabytes (10^6 bytes).

    - resident: all its pages.
    - proportional: each page divided by the number of processes that have it, so a shared map counts once.
    - private: pages that its end would free.
    """

    resident: float
    proportional: float
    private: float


def memory_of(pid: int) -> Memory:
    """Return the memory of a process of this user (Linux: /proc/PID/smaps_rollup)."""
    kib: dict[str, int] = {}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, _, amount = line.partition(":")
        kib[name] = int(amount.split()[0])
    private = kib["Private_Clean"] + kib["Private_Dirty"]
    return Memory(*(round(number / KIB_PER_MB, 1) for number in (kib["Rss"], kib["Pss"], private)))


def largest(pids: Sequence[int]) -> Memory:
    """Return the largest figure of each kind among processes."""
    memories = [memory_of(pid) for pid in pids]
    return Memory(
        max(memory.resident for memory in memories),
        max(memory.proportional for memory in memories),
        max(memory.private for memory in memories),
    )
