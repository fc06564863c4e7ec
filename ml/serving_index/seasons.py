"""Seasons and times of day: demand for a category at a moment relative to the demand for the whole shop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

MONTHS, HOURS = 12, 24
# Range of every factor, and of the product of month and hour.
LEAST_FACTOR, MOST_FACTOR = 0.5, 2.0


class Moment(NamedTuple):
    """Month 0 to 11, hour 0 to 23, and whether it is Saturday or Sunday, by the shop's clock."""

    month: int
    hour: int
    is_weekend: bool

    @classmethod
    def of(cls, local: datetime) -> Self:
        """Return the moment of a time in the shop's time zone."""
        return cls(local.month - 1, local.hour, local.weekday() >= 5)


@dataclass(frozen=True, eq=False)
class Seasons:
    """Factors of c categories in [0.5, 2]; the last row, all ones, is for products without a category.

    - `months`: float32 [c + 1, 12];
    - `hours`: float32 [c + 1, 48], the 24 hours of a working day, then those of the weekend;
    - `popularity_scale`: ln(1 + count) of the most popular product, which has popularity 1; above 0.

    Raise ValueError for other shapes, dtypes or scales.
    """

    months: NDArray[np.float32]
    hours: NDArray[np.float32]
    popularity_scale: float = 1.0

    def __post_init__(self) -> None:
        rows = len(self.months)
        for name, array, width in (("months", self.months, MONTHS), ("hours", self.hours, 2 * HOURS)):
            if array.shape != (rows, width) or array.dtype != np.float32 or not rows:
                raise ValueError(f"{name} is {array.dtype} {array.shape}, expected float32 [categories + 1, {width}]")
        if not 0 < self.popularity_scale < np.inf:
            raise ValueError(f"popularity_scale is {self.popularity_scale}, expected above 0")

    @classmethod
    def none(cls, n_categories: int) -> Self:
        """Return factors of 1 for this number of categories."""
        rows = n_categories + 1
        return cls(np.ones((rows, MONTHS), np.float32), np.ones((rows, 2 * HOURS), np.float32))

    @property
    def n_categories(self) -> int:
        """Number c of categories."""
        return len(self.months) - 1

    @cached_property
    def is_flat(self) -> bool:
        """Whether every factor is 1."""
        return bool((self.months == 1).all() and (self.hours == 1).all())

    def factors(self, categories: NDArray[np.integer[Any]], moment: Moment) -> NDArray[np.float32]:
        """Return the factors of k categories (-1: none, 1.0) at a moment, float32 [k]: month x hour, in [0.5, 2]."""
        hour = moment.hour + HOURS * moment.is_weekend
        product = self.months[categories, moment.month] * self.hours[categories, hour]
        factors: NDArray[np.float32] = np.clip(product, LEAST_FACTOR, MOST_FACTOR)
        return factors

    def check_values(self) -> None:
        """Read everything and raise ValueError for a factor outside [0.5, 2]."""
        for name, array in (("months", self.months), ("hours", self.hours)):
            if not ((array >= LEAST_FACTOR) & (array <= MOST_FACTOR)).all():
                raise ValueError(f"{name} has factors outside {LEAST_FACTOR} to {MOST_FACTOR}")

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return tables and scale under the prefix, for an artefact."""
        scale = np.array([self.popularity_scale], np.float64)
        return {f"{prefix}months": self.months, f"{prefix}hours": self.hours, f"{prefix}popularity_scale": scale}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """Return the seasons that `to_arrays` wrote. Raise KeyError for a missing array."""
        scale = float(arrays[f"{prefix}popularity_scale"][0])
        return cls(arrays[f"{prefix}months"], arrays[f"{prefix}hours"], scale)
