"""Weights of the composite score."""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Weights:
    """Weight of each part of the composite score. Raise ValueError unless finite, >= 0 and not all 0."""

    cosine: float = 0.30
    popularity: float = 0.10
    category: float = 0.30
    keyword: float = 0.30

    def __post_init__(self) -> None:
        values = astuple(self)
        if not all(math.isfinite(value) and value >= 0 for value in values) or not any(values):
            raise ValueError(f"weights must be finite, >= 0 and not all 0, got {self}")

    def as_array(self) -> NDArray[np.float64]:
        """Return the weights as float64 [4], by the columns of `ml.ranking.results`."""
        return np.array([self.cosine, self.popularity, self.category, self.keyword])
