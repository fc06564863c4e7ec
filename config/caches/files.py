"""File cache backend: Django's own, with a fallback for a disk that is full, read-only or broken."""

from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from django.core.cache.backends.filebased import FileBasedCache

from config.caches.fallback import FallbackCache


class Cache(FallbackCache):
    """Cache backend for the settings; LOCATION is the folder, which the first value makes."""

    failures: ClassVar[tuple[type[Exception], ...]] = (OSError,)
    # A full disk can still be read: only a write shows that it has room again.
    proofs: ClassVar[frozenset[str]] = frozenset({"set", "set_many", "incr"})

    def __init__(self, folder: str | Path, params: dict[str, Any]) -> None:
        super().__init__(_FileCache(folder, params), str(folder), params)


class _FileCache(FileBasedCache):
    """File cache that starts without its folder: where it cannot be made, reads and writes fail instead."""

    def __init__(self, folder: str | Path, params: dict[str, Any]) -> None:
        with suppress(OSError):
            super().__init__(str(folder), params)
