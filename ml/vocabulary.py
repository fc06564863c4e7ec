"""Vocabulary: append-only map between raw ids (text) and indices (0, 1, 2, ...)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


class VocabularyError(ValueError):
    """A raw id cannot be stored; the message shows it."""


class Vocabulary:
    """Raw ids in the order of first occurrence. The index of an id never changes."""

    __slots__ = ("_indices", "_raw_ids")

    def __init__(self, raw_ids: Iterable[str] = ()) -> None:
        """Take raw ids in index order. Raise VocabularyError for empty or repeated ids and for NUL characters."""
        self._raw_ids: tuple[str, ...] = tuple(raw_ids)
        self._indices: dict[str, int] = {}
        for index, raw_id in enumerate(self._raw_ids):
            _refuse_unstorable(raw_id)
            if self._indices.setdefault(raw_id, index) != index:
                raise VocabularyError(f"raw id {raw_id!r} occurs at {self._indices[raw_id]} and at {index}")

    def __len__(self) -> int:
        return len(self._raw_ids)

    def __contains__(self, raw_id: object) -> bool:
        return raw_id in self._indices

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._raw_ids == other._raw_ids

    def __hash__(self) -> int:
        return hash(self._raw_ids)

    def __repr__(self) -> str:
        return f"Vocabulary({len(self)} raw ids)"

    @property
    def raw_ids(self) -> tuple[str, ...]:
        """All raw ids, in index order."""
        return self._raw_ids

    def index_of(self, raw_id: str) -> int | None:
        """Return the index of a raw id, or None when it is unknown."""
        return self._indices.get(raw_id)

    def indices_of(self, raw_ids: Sequence[str]) -> NDArray[np.int32]:
        """Return the indices of n raw ids, int32 [n], with -1 for unknown ones."""
        return np.fromiter((self._indices.get(raw_id, -1) for raw_id in raw_ids), dtype=np.int32, count=len(raw_ids))

    def extended(self, raw_ids: Iterable[str]) -> Vocabulary:
        """Return a vocabulary with new ids appended in order of first occurrence."""
        fresh = dict.fromkeys(raw_id for raw_id in raw_ids if raw_id not in self._indices)
        return Vocabulary((*self._raw_ids, *fresh)) if fresh else self


def _refuse_unstorable(raw_id: str) -> None:
    """Raise VocabularyError for an id that a fixed-width byte string cannot store."""
    if not isinstance(raw_id, str):
        raise VocabularyError(f"raw id {raw_id!r} is {type(raw_id).__name__}, expected text")
    if not raw_id or "\0" in raw_id:
        raise VocabularyError(f"raw id {raw_id!r} is empty or holds a NUL character")
    try:
        raw_id.encode()
    except UnicodeEncodeError as error:
        raise VocabularyError(f"raw id {raw_id!r} is not valid Unicode text") from error
