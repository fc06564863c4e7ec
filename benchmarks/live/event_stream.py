"""Stream of views by many shoppers, and the time until followed views change their shopper's list."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.shops.client import Visitor

# An event counts as without effect when the list has not changed by then.
SECONDS_TO_CHANGE = 10.0
SECONDS_BETWEEN_LOOKS = 0.05
LIST_LENGTH = 12
THREADS = 16
Progress = Callable[[float], None]


@dataclass(frozen=True)
class Sample:
    """One followed event. post_seconds: until it was accepted; seconds: until the list had changed, None for never."""

    post_seconds: float
    seconds: float | None


@dataclass
class EventStream:
    """Views of products by visitors; none comes twice before a visitor has seen all. sent: ids of accepted events."""

    visitors: Sequence[Visitor]
    products: Sequence[str]
    seed: int = 0
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._drawn = random.Random(self.seed)
        self._unseen: list[list[str]] = [[] for _ in self.visitors]

    def greet(self, progress: Progress) -> float:
        """Send a first view of each visitor and wait until the workers have taken all in; return the seconds."""
        started = time.monotonic()
        with ThreadPoolExecutor(THREADS) as pool:
            for done, _ in enumerate(pool.map(self._view, range(len(self.visitors))), start=1):
                progress(done / len(self.visitors))
        # Tasks run in order: when the next event of the first visitor has an effect, all others have had theirs.
        self._followed(0)
        return time.monotonic() - started

    def run(self, *, rate: float, seconds: float, follow: int, progress: Progress) -> list[Sample]:
        """Send `rate` events a second, the visitors in turn; return samples of every `follow`th event."""
        started, n_events = time.monotonic(), int(rate * seconds)
        plain: list[Future[float]] = []
        followed: list[Future[Sample]] = []
        with ThreadPoolExecutor(THREADS) as pool:
            for number in range(n_events):
                time.sleep(max(started + number / rate - time.monotonic(), 0.0))
                at = number % len(self.visitors)
                if number % follow:
                    plain.append(pool.submit(self._view, at))
                else:
                    followed.append(pool.submit(self._followed, at))
                progress((number + 1) / n_events)
            for future in plain:
                future.result()
            return [future.result() for future in followed]

    def _view(self, at: int) -> float:
        """Send one view; return the seconds until it was accepted."""
        self._unseen[at] = self._unseen[at] or self._drawn.sample(self.products, len(self.products))
        event = {"id": str(uuid.uuid4()), "kind": "view", "product": self._unseen[at].pop()}
        started = time.monotonic()
        self.visitors[at].report([event])
        self.sent.append(event["id"])
        return time.monotonic() - started

    def _followed(self, at: int) -> Sample:
        """Send one view and ask for recommendations until they differ from those before."""
        visitor = self.visitors[at]
        before = visitor.recommended(limit=LIST_LENGTH)
        started = time.monotonic()
        post_seconds = self._view(at)
        while time.monotonic() - started < SECONDS_TO_CHANGE:
            if visitor.recommended(limit=LIST_LENGTH) != before:
                return Sample(post_seconds, time.monotonic() - started)
            time.sleep(SECONDS_BETWEEN_LOOKS)
        return Sample(post_seconds, None)
