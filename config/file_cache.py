"""Django's cache of files, for which a disk that is full, read-only or broken is no error."""

from contextlib import suppress
from pathlib import Path
from typing import Any, ClassVar

from django.core.cache.backends.filebased import FileBasedCache

from config.own_memory import OwnMemoryCache


class Cache(OwnMemoryCache):
    """The settings name it as the backend; LOCATION is the folder, which is made when something is kept."""

    failures: ClassVar[tuple[type[Exception], ...]] = (OSError,)
    # A full disk is read like any other: it works again when something could be written.
    proofs: ClassVar[frozenset[str]] = frozenset({"set", "set_many", "incr"})

    def __init__(self, folder: str | Path, params: dict[str, Any]) -> None:
        super().__init__(_Files(folder, params), str(folder), params)


class _Files(FileBasedCache):
    """Django makes the folder at once; here a folder that cannot be made fails what is asked of it, not the start."""

    def __init__(self, folder: str | Path, params: dict[str, Any]) -> None:
        with suppress(OSError):
            super().__init__(str(folder), params)
