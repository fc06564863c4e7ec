"""A cache for which its keeper's failure is no error: this process's own memory stands in until the keeper works again.

Pages stay fast meanwhile, and limits per address hold for each process by itself. The keeper is tried again every
SECONDS_BETWEEN_ATTEMPTS.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ATTEMPTS = 10.0


class OwnMemoryCache(BaseCache):
    """Asks the cache `keeper`, whose place (an address, a folder) tells it from others.

    Each thread has an instance of its own, as Django has it; `quiet_until` (time.monotonic, by place) is for all.
    """

    quiet_until: ClassVar[dict[str, float]] = {}
    # What may go wrong with the keeper, and what of it shows that it works again; empty: whatever it answers.
    failures: ClassVar[tuple[type[Exception], ...]] = ()
    proofs: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, keeper: BaseCache, place: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._keeper, self._place = keeper, place
        self._own_memory = LocMemCache(f"instead of {place}", params | {"OPTIONS": {}})

    @property
    def is_away(self) -> bool:
        """Whether the keeper failed a moment ago, so that this process's own memory stands in."""
        return time.monotonic() < self.quiet_until.get(self._place, 0.0)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("add", *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("set", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("delete", *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("get_many", *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("has_key", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("incr", *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("set_many", *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._asked("delete_many", *args, **kwargs)

    def clear(self) -> Any:
        return self._asked("clear")

    def _asked(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Ask the keeper, or this process's own memory while the keeper fails."""
        of_memory: Callable[..., Any] = getattr(self._own_memory, name)
        quiet_until = self.quiet_until.get(self._place)
        if quiet_until is not None and time.monotonic() < quiet_until:
            return of_memory(*args, **kwargs)
        try:
            answer = getattr(self._keeper, name)(*args, **kwargs)
        except self.failures as error:
            if name == "incr" and type(error) is ValueError:
                raise  # the key is missing: part of what the method promises
            if quiet_until is None:
                logger.error("The cache is away (%s): each process keeps its own until it is back.", error)
            self.quiet_until[self._place] = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS
            return of_memory(*args, **kwargs)
        is_proof = not self.proofs or name in self.proofs
        if quiet_until is not None and is_proof and self.quiet_until.pop(self._place, None) is not None:
            logger.warning("The cache is back.")
            self._own_memory.clear()
        return answer
