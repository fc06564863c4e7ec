"""Fallback cache: this process's own memory stands in for a cache backend that fails.

Pages stay fast meanwhile, and limits per address hold for each process by itself. The backend is tried again every
SECONDS_BETWEEN_ATTEMPTS. Why no library does this: docs/decisions/019-libraries-and-own-parts.md.
"""

import logging
import time
from functools import partialmethod
from typing import Any, ClassVar

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ATTEMPTS = 10.0
# BaseCache makes its other methods of these.
_METHODS = ["add", "get", "set", "touch", "delete", "has_key", "incr", "get_many", "set_many", "delete_many", "clear"]


class FallbackCache(BaseCache):
    """Pass each call to a backend, or to this process's memory while the backend fails.

    Django gives each thread an instance of its own; all threads share `quiet_until`, the time.monotonic() of the next
    attempt by location (an address, a folder).

    - `failures`: exceptions by which the backend shows that it is away.
    - `proofs`: methods whose success shows that it works again; empty: all of them.
    """

    quiet_until: ClassVar[dict[str, float]] = {}
    failures: ClassVar[tuple[type[Exception], ...]] = ()
    proofs: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, backend: BaseCache, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._backend, self._location = backend, location
        self._memory = LocMemCache(f"instead of {location}", params | {"OPTIONS": {}})

    @property
    def is_away(self) -> bool:
        """Whether the backend failed a moment ago, so that this process's memory stands in."""
        return time.monotonic() < self.quiet_until.get(self._location, 0.0)

    def _call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the backend, or of the memory while the backend fails."""
        fallback = getattr(self._memory, name)
        quiet_until = self.quiet_until.get(self._location)
        if quiet_until is not None and time.monotonic() < quiet_until:
            return fallback(*args, **kwargs)
        try:
            result = getattr(self._backend, name)(*args, **kwargs)
        except self.failures as error:
            if name == "incr" and type(error) is ValueError:
                raise  # the key is missing: Django's contract
            if quiet_until is None:
                logger.error("The cache is away (%s): each process keeps its own until it is back.", error)
            self.quiet_until[self._location] = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS
            return fallback(*args, **kwargs)
        is_proof = not self.proofs or name in self.proofs
        if quiet_until is not None and is_proof and self.quiet_until.pop(self._location, None) is not None:
            logger.warning("The cache is back.")
            self._memory.clear()
        return result


for _name in _METHODS:
    setattr(FallbackCache, _name, partialmethod(FallbackCache._call, _name))
