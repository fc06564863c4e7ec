"""Ratings of items by users, with stars, times and reviews, as validated arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.interactions import Interactions, InteractionsError, RawIdIndex

STARS = (1.0, 5.0)


class RatingsError(ValueError):
    """The data are no ratings; the message names the row and shows the value."""


@dataclass(frozen=True, eq=False)
class ItemContent:
    """Content of n_items items, known before any rating. Raise RatingsError.

    - `texts`: title and description, [n_items], empty where there is none;
    - `image_vectors`: float32 [n_items, 512] (`ml.content.image_vectors`), zero without a picture; None: no pictures.
    """

    texts: tuple[str, ...]
    image_vectors: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        vectors = self.image_vectors
        if vectors is not None and (vectors.ndim != 2 or vectors.shape[0] != len(self.texts)):
            raise RatingsError(f"image_vectors has shape {vectors.shape}, expected [{len(self.texts)}, d] as texts")
        if vectors is not None and not np.isfinite(vectors).all():
            raise RatingsError(f"image_vectors of item {np.flatnonzero(~np.isfinite(vectors).all(1))[0]} is not finite")


@dataclass(frozen=True, eq=False)
class Ratings:
    """n ratings of different pairs of user and item. Raise RatingsError.

    - `interactions`: users, items and timestamps; the weights are the stars;
    - `scale`: lowest and highest possible stars;
    - `review_texts`: [n], text written with the rating, or None; `content`: of the items, or None.
    """

    interactions: Interactions
    scale: tuple[float, float] = STARS
    review_texts: tuple[str, ...] | None = None
    content: ItemContent | None = None

    def __post_init__(self) -> None:
        least, most = self.scale
        if not (np.isfinite(least) and np.isfinite(most) and least < most):
            raise RatingsError(f"scale is {self.scale}, expected two ascending numbers")
        _refuse_off_scale(self.stars, self.scale)
        first, again = repeated_pair(self.interactions)
        if first is not None:
            raise RatingsError(
                f"rows {first} and {again} both rate user {self.users[first]}, item {self.items[first]}; "
                "keep one (Ratings.latest_of keeps the latest)"
            )
        for name, entries, expected in (
            ("review_texts", self.review_texts, len(self)),
            ("content.texts", None if self.content is None else self.content.texts, self.n_items),
        ):
            if entries is not None and len(entries) != expected:
                raise RatingsError(f"{name} has {len(entries)} entries, expected {expected}")

    def __len__(self) -> int:
        return len(self.interactions)

    @property
    def users(self) -> NDArray[np.int32]:
        """User indices, int32 [n]."""
        return self.interactions.users

    @property
    def items(self) -> NDArray[np.int32]:
        """Item indices, int32 [n]."""
        return self.interactions.items

    @property
    def stars(self) -> NDArray[np.float32]:
        """Stars, float32 [n], within the scale."""
        return self.interactions.weights

    @property
    def timestamps(self) -> NDArray[np.float64] | None:
        """Unix seconds, float64 [n], or None."""
        return self.interactions.timestamps

    @property
    def n_users(self) -> int:
        return self.interactions.n_users

    @property
    def n_items(self) -> int:
        return self.interactions.n_items

    def select(self, rows: NDArray[Any]) -> Ratings:
        """Return the ratings selected by rows (bool [n] or integer positions); users and items keep their indices."""
        positions = np.arange(len(self))[rows]
        texts = None if self.review_texts is None else tuple(self.review_texts[row] for row in positions.tolist())
        return replace(self, interactions=self.interactions.select(positions), review_texts=texts)

    @classmethod
    def from_arrays(
        cls,
        users: ArrayLike,
        items: ArrayLike,
        stars: ArrayLike,
        *,
        n_users: int,
        n_items: int,
        timestamps: ArrayLike | None = None,
        scale: tuple[float, float] = STARS,
        review_texts: Sequence[str] | None = None,
        content: ItemContent | None = None,
    ) -> Self:
        """Return the ratings of n rows: indices, stars, and Unix seconds. Raise RatingsError."""
        given = np.asarray(stars)
        if given.ndim != 1 or given.dtype.kind not in "iuf":
            raise RatingsError(f"stars: expected numbers [n], got {given.dtype} {given.shape}")
        _refuse_off_scale(given, scale)
        times = None if timestamps is None else np.asarray(timestamps)
        try:
            interactions = Interactions(np.asarray(users), np.asarray(items), given, times, int(n_users), int(n_items))
        except InteractionsError as error:
            raise RatingsError(str(error)) from error
        return cls(interactions, scale, None if review_texts is None else tuple(review_texts), content)

    @classmethod
    def from_raw(
        cls,
        raw_users: Sequence[str],
        raw_items: Sequence[str],
        stars: ArrayLike,
        *,
        user_vocabulary: RawIdIndex,
        item_vocabulary: RawIdIndex,
        **more: Any,
    ) -> Self:
        """Return the ratings of n raw id pairs; more: as for `from_arrays`. Raise RatingsError for an unknown id."""
        columns = {}
        for name, vocabulary, raw_ids in (("user", user_vocabulary, raw_users), ("item", item_vocabulary, raw_items)):
            columns[name] = vocabulary.indices_of(raw_ids)
            unknown = np.flatnonzero(columns[name] < 0)
            if unknown.size:
                raise RatingsError(f"row {unknown[0]}: {name} {raw_ids[unknown[0]]!r} is not in the vocabulary")
        users, items = columns["user"], columns["item"]
        return cls.from_arrays(users, items, stars, n_users=len(user_vocabulary), n_items=len(item_vocabulary), **more)

    @staticmethod
    def latest_of(
        users: NDArray[Any], items: NDArray[Any], timestamps: NDArray[np.float64] | None
    ) -> NDArray[np.int64]:
        """Return the latest row of every pair, ascending; ties: the last row."""
        times = np.zeros(len(users)) if timestamps is None else timestamps
        order = np.lexsort((np.arange(len(users)), times, items, users))
        is_last = np.ones(order.size, dtype=bool)
        is_last[:-1] = np.diff(users[order]).astype(bool) | np.diff(items[order]).astype(bool)
        kept: NDArray[np.int64] = np.sort(order[is_last])
        return kept


def repeated_pair(interactions: Interactions) -> tuple[int | None, int | None]:
    """Return the first two rows of one pair of user and item, or None, None."""
    pairs = interactions.users.astype(np.int64) * max(interactions.n_items, 1) + interactions.items
    order = np.argsort(pairs, kind="stable")
    repeated = np.flatnonzero(np.diff(pairs[order]) == 0)
    if not repeated.size:
        return None, None
    return int(order[repeated[0]]), int(order[repeated[0] + 1])


def _refuse_off_scale(stars: NDArray[Any], scale: tuple[float, float]) -> None:
    refused = np.flatnonzero(~((stars >= scale[0]) & (stars <= scale[1])))  # NaN fails both
    if refused.size:
        raise RatingsError(f"stars[{refused[0]}] is {stars[refused[0]]}, expected {scale[0]:g} to {scale[1]:g}")
