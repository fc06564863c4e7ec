"""The contract of every rating model: it can only fit; what it returns (`ml.rating_prediction`) can only predict."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, ClassVar

from ml.artifact import JSON
from ml.rating.ratings import Ratings
from ml.rating_prediction.predictor import RatingPredictor

Progress = Callable[[float, str], None]


class RatingModelError(ValueError):
    """A rating model was asked for something it cannot do; the text says what and what there is."""


class RatingModel(ABC):
    """A way to fit. config: its settings, a frozen dataclass; label: the name, with the preset, it was got by."""

    name: ClassVar[str]
    config: Any

    def __init__(self, config: Any, label: str | None = None) -> None:
        self.config = config
        self.label = label or self.name

    @abstractmethod
    def _fit(self, ratings: Ratings, *, seed: int, progress: Progress) -> RatingPredictor:
        """Fit on ratings that are not empty."""

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress | None = None) -> RatingPredictor:
        """Return the fitted predictor. The same seed gives the same predictions.

        progress(fraction 0..1, text) is called now and then, the last time with 1. Raises RatingModelError when there
        is nothing to fit on.
        """
        if not len(ratings):
            raise RatingModelError(
                f"{self.label} needs at least one rating, got 0 of {ratings.n_users} users and {ratings.n_items} items"
            )
        report = progress or _silent
        fitted = self._fit(ratings, seed=seed, progress=report)
        report(1.0, f"{self.label} is fitted")
        return fitted

    def settings(self) -> dict[str, JSON]:
        """Return the config as JSON."""
        return asdict(self.config)


def _silent(fraction: float, text: str) -> None:
    """Progress for nobody."""
