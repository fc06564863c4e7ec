"""Django's Redis cache, for which a Redis that is away, slow or confused is a cache that holds nothing.

While it is so, each process keeps what it computes in its own memory: pages stay fast, and limits per address hold for
each process by itself. Redis is tried again every SECONDS_BETWEEN_ATTEMPTS.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

SECONDS_TO_ANSWER = 0.5
SECONDS_BETWEEN_ATTEMPTS = 10.0
# What may go wrong on the wire: refused, reset, too late, or an answer that is none.
FAILURES = (RedisError, OSError, EOFError, ValueError)


class Cache(RedisCache):
    """The settings name it as the backend; LOCATION is the address, OPTIONS go to redis-py.

    Each thread has an instance of its own, as Django has it; `quiet_until` (time.monotonic, by address) is for all.
    """

    quiet_until: ClassVar[dict[str, float]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {
            "socket_timeout": SECONDS_TO_ANSWER,
            "socket_connect_timeout": SECONDS_TO_ANSWER,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, params | {"OPTIONS": patience | params.get("OPTIONS", {})})
        self._address = server
        self._own_memory = LocMemCache(f"instead of {server}", params | {"OPTIONS": {}})

    @property
    def is_away(self) -> bool:
        """Whether Redis did not answer a moment ago, so that this process's own memory stands in."""
        return time.monotonic() < self.quiet_until.get(self._address, 0.0)

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
        """Ask Redis, or this process's own memory while Redis does not answer."""
        of_memory: Callable[..., Any] = getattr(self._own_memory, name)
        quiet_until = self.quiet_until.get(self._address)
        if quiet_until is not None and time.monotonic() < quiet_until:
            return of_memory(*args, **kwargs)
        try:
            answer = getattr(super(), name)(*args, **kwargs)
        except FAILURES as error:
            if name == "incr" and type(error) is ValueError:
                raise  # the key is missing: part of what the method promises
            logger.error("The cache is away (%s): each process keeps its own until it is back.", error)
            self.quiet_until[self._address] = time.monotonic() + SECONDS_BETWEEN_ATTEMPTS
            return of_memory(*args, **kwargs)
        if quiet_until is not None and self.quiet_until.pop(self._address, None) is not None:
            logger.warning("The cache is back.")
            self._own_memory.clear()
        return answer
