"""Base class of rating models, which fit; the predictors they return (`ml.rating_prediction`) only predict."""

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
    """Invalid use of a rating model; the message says what was requested and what there is."""


class RatingModel(ABC):
    """Rating model. config: its settings, a frozen dataclass; label: its name, with the preset."""

    name: ClassVar[str]
    config: Any

    def __init__(self, config: Any, label: str | None = None) -> None:
        self.config = config
        self.label = label or self.name

    @abstractmethod
    def _fit(self, ratings: Ratings, *, seed: int, progress: Progress) -> RatingPredictor:
        """Return the predictor fitted on non-empty ratings."""

    def fit(self, ratings: Ratings, *, seed: int = 0, progress: Progress | None = None) -> RatingPredictor:
        """Return the fitted predictor. The same seed gives the same predictions.

        progress(fraction 0..1, text) is called repeatedly, the last time with 1. Raise RatingModelError without
        ratings.
        """
        if not len(ratings):
            raise RatingModelError(
                f"{self.label} needs at least one rating, got 0 of {ratings.n_users} users and {ratings.n_items} items"
            )
        report = progress or _ignore_progress
        fitted = self._fit(ratings, seed=seed, progress=report)
        report(1.0, f"{self.label} is fitted")
        return fitted

    def settings(self) -> dict[str, JSON]:
        """Return the config as JSON."""
        return asdict(self.config)


def _ignore_progress(fraction: float, text: str) -> None:
    """Ignore progress."""
