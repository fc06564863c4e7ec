"""Redis cache backend: Django's own, with a fallback for a Redis that is away, slow or confused."""

from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.caches.fallback import FallbackCache

SECONDS_TO_ANSWER = 0.5


class Cache(FallbackCache):
    """Cache backend for the settings; LOCATION is the address, OPTIONS go to redis-py."""

    # Refused, reset, too late, or an answer that is none.
    failures: ClassVar[tuple[type[Exception], ...]] = (RedisError, OSError, EOFError, ValueError)

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        timeouts = dict.fromkeys(("socket_timeout", "socket_connect_timeout"), SECONDS_TO_ANSWER)
        options = timeouts | {"retry": Retry(NoBackoff(), 0)} | params.get("OPTIONS", {})
        super().__init__(RedisCache(server, params | {"OPTIONS": options}), server, params)
