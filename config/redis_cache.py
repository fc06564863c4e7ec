"""Django's Redis cache, for which a Redis that is away, slow or confused is no error."""

from typing import Any, ClassVar

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.own_memory import OwnMemoryCache

SECONDS_TO_ANSWER = 0.5


class Cache(OwnMemoryCache):
    """The settings name it as the backend; LOCATION is the address, OPTIONS go to redis-py."""

    # What may go wrong on the wire: refused, reset, too late, or an answer that is none.
    failures: ClassVar[tuple[type[Exception], ...]] = (RedisError, OSError, EOFError, ValueError)

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        patience = {
            "socket_timeout": SECONDS_TO_ANSWER,
            "socket_connect_timeout": SECONDS_TO_ANSWER,
            "retry": Retry(NoBackoff(), 0),
        }
        keeper = RedisCache(server, params | {"OPTIONS": patience | params.get("OPTIONS", {})})
        super().__init__(keeper, server, params)
