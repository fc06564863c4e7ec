"""Arrays of a serving index: their shapes, checks and storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.content.placement import Placement
from ml.content.terms import TermIndex
from ml.hybrid_tower import HybridTower, tower_from_arrays
from ml.serving_index.inverted_file import InvertedFile
from ml.serving_index.seasons import Seasons
from ml.user_tower import UserTower

TOWER_PREFIX = "user_tower_"
TERMS_PREFIX = "terms_"
PLACEMENT_PREFIX = "placement_"
SEASONS_PREFIX = "seasons_"
INVERTED_FILE_PREFIX = "near_"
# n items, d dimensions, k neighbours, b products bought with one, c categories, m memberships; one letter, one size
COLUMNS: dict[str, tuple[str, str]] = {
    "raw_ids": ("S", "n"),
    "id_order": ("int64", "n"),
    "item_vectors": ("float32", "nd"),
    "neighbours": ("int32", "nk"),
    "similarities": ("float32", "nk"),
    "bought_with": ("int32", "nb"),
    "bought_with_scores": ("float32", "nb"),
    "popularity": ("float32", "n"),
    "trending": ("float32", "n"),
    "popular_order": ("int32", "n"),
    "trending_order": ("int32", "n"),
    "item_category": ("int32", "n"),
    "category_ids": ("S", "c"),
    "category_order": ("int64", "c"),
    "category_parent": ("int32", "c"),
    "category_indptr": ("int64", "+"),
    "category_items": ("int32", "m"),
}


class ServingIndexError(ValueError):
    """The arrays are no serving index; the message names the array, what was expected and what was received."""


@dataclass(frozen=True, eq=False)
class IndexTables:
    """Arrays of n items and c categories, as built; they may be memory-mapped and are never changed or copied.

    - `raw_ids`: S [n], sorted by `id_order`: int64 [n]; `item_vectors`: float32 [n, d], length at most 1;
    - `neighbours`, `bought_with`: int32 [n, k] and [n, b], best first, -1 padding, with float32 scores of the same
      shapes;
    - `popularity`, `trending`: float32 [n] in [0, 1]; `popular_order`, `trending_order`: int32 [n], highest first;
    - `item_category`: int32 [n], -1 none; `category_ids`: S [c], sorted by `category_order`: int64 [c];
      `category_parent`: int32 [c], -1 root;
    - `category_items[category_indptr[x]:category_indptr[x + 1]]`: items of category x and its descendants, most popular
      first;
    - `terms`: of the items' texts; `user_tower`: its items are the first ones of the index;
    - `placement`: initial vectors of products without interactions; `seasons`: demand by category and time;
    - `inverted_file`: the item vectors in lists for approximate search, only in a large index.
    """

    raw_ids: NDArray[np.bytes_]
    id_order: NDArray[np.int64]
    item_vectors: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    similarities: NDArray[np.float32]
    bought_with: NDArray[np.int32]
    bought_with_scores: NDArray[np.float32]
    popularity: NDArray[np.float32]
    trending: NDArray[np.float32]
    popular_order: NDArray[np.int32]
    trending_order: NDArray[np.int32]
    item_category: NDArray[np.int32]
    category_ids: NDArray[np.bytes_]
    category_order: NDArray[np.int64]
    category_parent: NDArray[np.int32]
    category_indptr: NDArray[np.int64]
    category_items: NDArray[np.int32]
    terms: TermIndex
    user_tower: UserTower | HybridTower
    placement: Placement
    seasons: Seasons
    inverted_file: InvertedFile | None = None

    def __post_init__(self) -> None:
        sizes = {"+": self.category_ids.size + 1}
        for name, (dtype, axes) in COLUMNS.items():
            array: NDArray[Any] = getattr(self, name)
            if array.ndim != len(axes) or (array.dtype.kind != "S" if dtype == "S" else array.dtype != dtype):
                raise ServingIndexError(
                    f"{name} is {array.dtype} {array.shape}, expected {dtype} with {len(axes)} axes"
                )
            expected = tuple(sizes.setdefault(axis, length) for axis, length in zip(axes, array.shape, strict=True))
            if array.shape != expected:
                raise ServingIndexError(f"{name} has shape {array.shape}, expected {expected}")
        if self.terms.n_items != sizes["n"]:
            raise ServingIndexError(f"terms are of {self.terms.n_items} items, expected {sizes['n']}")
        if self.user_tower.n_items > sizes["n"] or self.user_tower.n_dimensions != sizes["d"]:
            raise ServingIndexError(
                f"user tower reads {self.user_tower.n_items} items and gives {self.user_tower.n_dimensions} dimensions,"
                f" expected at most {sizes['n']} items and {sizes['d']} dimensions"
            )
        expected = self.terms.n_terms, sizes["c"], sizes["d"]
        if self.placement.shape != expected:
            raise ServingIndexError(f"placement has shape {self.placement.shape}, expected {expected}")
        if self.inverted_file is not None and self.inverted_file.vectors.shape != self.item_vectors.shape:
            raise ServingIndexError(
                f"inverted file has vectors {self.inverted_file.vectors.shape}, expected {self.item_vectors.shape}"
            )
        if self.seasons.n_categories != sizes["c"]:
            raise ServingIndexError(f"seasons are of {self.seasons.n_categories} categories, expected {sizes['c']}")

    @property
    def n_base(self) -> int:
        """Number n of items the arrays hold."""
        return int(self.raw_ids.size)

    @property
    def n_dimensions(self) -> int:
        """Length d of an item vector."""
        return int(self.item_vectors.shape[1])

    def check_values(self) -> None:
        """Read everything and raise ServingIndexError or ValueError for the first value out of range."""
        for name, bound in (
            *((name, self.n_base) for name in ("neighbours", "bought_with", "category_items")),
            ("item_category", self.category_ids.size),
            ("category_parent", self.category_ids.size),
        ):
            array = getattr(self, name)
            if array.size and not -1 <= array.min() <= array.max() < bound:
                raise ServingIndexError(f"{name} holds {array.min()} to {array.max()}, expected -1 to {bound - 1}")
        self._check_scores()
        lengths = np.linalg.norm(self.item_vectors, axis=1)
        if not (lengths < 1 + 1e-3).all():
            raise ServingIndexError("item_vectors has rows longer than 1, or not finite")
        for ids, order in ((self.raw_ids, self.id_order), (self.category_ids, self.category_order)):
            if (ids[order][1:] <= ids[order][:-1]).any():
                raise ServingIndexError("raw ids repeat, or their order does not sort them")
        self.seasons.check_values()
        if self.inverted_file is not None:
            self.inverted_file.check_values(self.n_base)

    def _check_scores(self) -> None:
        for name in ("popularity", "trending"):
            array = getattr(self, name)
            if not ((array >= 0) & (array <= 1)).all():
                raise ServingIndexError(f"{name} has values outside 0 to 1")
        for name, scores in (("popular_order", self.popularity), ("trending_order", self.trending)):
            order = getattr(self, name)
            if not (np.sort(order) == np.arange(self.n_base)).all() or (np.diff(scores[order]) > 0).any():
                raise ServingIndexError(f"{name} does not list every item once, highest first")

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return every part as named arrays for an artefact."""
        columns = {name: getattr(self, name) for name in COLUMNS}
        parts = (
            *((self.terms, TERMS_PREFIX), (self.user_tower, TOWER_PREFIX)),
            *((self.placement, PLACEMENT_PREFIX), (self.seasons, SEASONS_PREFIX)),
            *(() if self.inverted_file is None else ((self.inverted_file, INVERTED_FILE_PREFIX),)),
        )
        return columns | {name: array for part, prefix in parts for name, array in part.to_arrays(prefix).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the index that `to_arrays` wrote, without reading the arrays. Raise ServingIndexError for a missing
        one."""
        plain = {name: np.asarray(array) for name, array in arrays.items()}  # slicing np.memmap itself is slow
        try:
            return cls(
                **{name: plain[name] for name in COLUMNS},
                terms=TermIndex.from_arrays(plain, TERMS_PREFIX),
                user_tower=tower_from_arrays(plain, TOWER_PREFIX),
                placement=_placement(plain),
                seasons=_seasons(plain),
                inverted_file=InvertedFile.from_arrays(plain, INVERTED_FILE_PREFIX),
            )
        except KeyError as error:
            raise ServingIndexError(f"the artefact lacks the array {error}") from error


def encode_raw_ids(raw_ids: Sequence[str]) -> NDArray[np.bytes_]:
    """Return raw ids as UTF-8 bytes, S [n]. Raise ValueError for an empty or repeated id and one with NUL."""
    seen: set[str] = set()
    for raw_id in raw_ids:
        if not raw_id or "\0" in raw_id or raw_id in seen:
            raise ValueError(f"raw id {raw_id!r} is empty, repeated or holds a NUL character")
        seen.add(raw_id)
    encoded = [raw_id.encode() for raw_id in raw_ids]
    return np.array(encoded, dtype=f"S{max(map(len, encoded), default=1)}")


def sorting_order(raw_ids: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """Return the positions of n raw ids in byte order, int64 [n] (searchsorted copies other dtypes)."""
    return np.argsort(raw_ids, kind="stable").astype(np.int64)


def _placement(arrays: Mapping[str, NDArray[Any]]) -> Placement:
    """Return the placement; old versions have none."""
    if f"{PLACEMENT_PREFIX}projection" in arrays:
        return Placement.from_arrays(arrays, PLACEMENT_PREFIX)
    n_terms, n_categories = arrays[f"{TERMS_PREFIX}terms"].size, arrays["category_ids"].size
    return Placement.zero(n_terms, n_categories, arrays["item_vectors"].shape[1])


def _seasons(arrays: Mapping[str, NDArray[Any]]) -> Seasons:
    """Return the seasons; old versions have none."""
    if f"{SEASONS_PREFIX}months" in arrays:
        return Seasons.from_arrays(arrays, SEASONS_PREFIX)
    return Seasons.none(arrays["category_ids"].size)
