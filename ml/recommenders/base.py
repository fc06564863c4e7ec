"""Base classes of top-N recommenders: a `Recommender` fits, the `FittedRecommender` it returns scores and saves."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.artifact import JSON, Artifact, ArtifactError, read_artifact, write_artifact
from ml.interactions import CSR, Interactions

Progress = Callable[[float, str], None]
PADDING = -1


class RecommenderError(ValueError):
    """Invalid arguments of a recommender; the message shows what was expected and received."""


class FittedRecommender(ABC):
    """Scores all items for users given by their rows of the interaction matrix."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def n_items(self) -> int:
        """Number of items at the fit."""

    @abstractmethod
    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        """Return finite scores, float32 [b, n_items], of checked rows."""

    @abstractmethod
    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Return the arrays to store in an artefact."""

    @classmethod
    @abstractmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        """Return the fitted recommender of `arrays` and `metadata`."""

    def metadata(self) -> dict[str, JSON]:
        """Return further metadata as JSON."""
        return {}

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]:
        """Return finite scores of all items for b users, float32 [b, n_items]; higher is better.

        rows: csr [b, n_items], the users' summed event weights, >= 0; users: int32 [b], their indices at the fit,
        only for recommenders without fold-in. Raise RecommenderError.
        """
        return self._scores(self._checked(rows), users)

    def recommend(
        self, rows: CSR, k: int, *, exclude_seen: bool = True, users: NDArray[np.int32] | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the k best items per user, int32 [b, k], and their scores, float32 [b, k], highest first.

        Ties: the lower index first. With exclude_seen the items of a row are left out of its list. Padding: index -1,
        score -inf.
        """
        if k < 1:
            raise RecommenderError(f"k is {k}, expected at least 1")
        checked = self._checked(rows)
        scores = self._scores(checked, users)
        if exclude_seen:
            scores = scores.copy()
            scores[np.repeat(np.arange(checked.shape[0]), np.diff(checked.indptr)), checked.indices] = -np.inf
        items = np.full((scores.shape[0], k), PADDING, dtype=np.int32)
        values = np.full((scores.shape[0], k), -np.inf, dtype=np.float32)
        for row, row_scores in enumerate(scores):
            best = _best(row_scores, k)
            items[row, : best.size] = best
            values[row, : best.size] = row_scores[best]
        return items, values

    def save(self, directory: Path) -> None:
        """Write an artefact into a directory that does not exist yet."""
        write_artifact(directory, self.arrays(), {"recommender": self.name, **self.metadata()})

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Return the recommender that `save` wrote. Raise ArtifactError when it is damaged or of another one."""
        artifact = read_artifact(directory)
        if artifact.metadata.get("recommender") != cls.name:
            raise ArtifactError(f"{directory} holds {artifact.metadata.get('recommender')!r}, expected {cls.name!r}")
        return cls.from_artifact(artifact)

    def _checked(self, rows: CSR) -> CSR:
        """Return rows as float32 with duplicates summed and without stored zeros, or raise RecommenderError."""
        if not sparse.issparse(rows) or rows.ndim != 2 or rows.shape[1] != self.n_items:
            raise RecommenderError(
                f"rows: expected a sparse matrix [b, {self.n_items}], got {type(rows).__name__} "
                f"{getattr(rows, 'shape', '')}"
            )
        checked: CSR = sparse.csr_array(rows, copy=True).astype(np.float32)
        checked.sum_duplicates()
        refused = np.flatnonzero(~(np.isfinite(checked.data) & (checked.data >= 0)))
        if refused.size:
            row = int(np.searchsorted(checked.indptr, refused[0], side="right")) - 1
            raise RecommenderError(
                f"row {row}, item {checked.indices[refused[0]]}: weight is {checked.data[refused[0]]}, "
                "expected a finite number >= 0"
            )
        checked.eliminate_zeros()
        return checked


@dataclass(frozen=True, eq=False)
class Changes:
    """Differences between interactions and those of a fitted recommender.

    - `known_as`: int64 [n_items], index of each item at the fit, -1 for a new item; items may be added, left out and
      reordered;
    - `is_new`: bool [n], whether an interaction contains an event after the fit;
    - `is_seen`: bool [n], whether it contains one before the fit; an interaction of several events may contain both.
      None: every one that is not new.
    """

    known_as: NDArray[np.int64]
    is_new: NDArray[np.bool_]
    is_seen: NDArray[np.bool_] | None = None

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Whether each interaction contains an event before the fit, bool [n]."""
        return ~self.is_new if self.is_seen is None else self.is_seen

    def of(self, counted: NDArray[np.bool_]) -> Changes:
        """Return the changes of the interactions selected by `counted`, bool [n]."""
        return Changes(self.known_as, self.is_new[counted], self.seen[counted])

    def in_order(self, values: NDArray[np.float32], of_new: NDArray[np.float32] | float = 0.0) -> NDArray[np.float32]:
        """Return values of the m items at the fit, float32 [m, ...], as [n_items, ...], with of_new for new items."""
        ordered = values[self.known_as]
        ordered[self.known_as < 0] = of_new
        return ordered

    def check(self, fitted: FittedRecommender, interactions: Interactions) -> None:
        """Raise RecommenderError when they do not match these two."""
        rows = (len(interactions),)
        if self.known_as.shape != (interactions.n_items,) or self.is_new.shape != rows or self.seen.shape != rows:
            raise RecommenderError(
                f"expected known_as [{interactions.n_items}], is_new and is_seen [{len(interactions)}], one per item "
                f"and per interaction, got {self.known_as.shape}, {self.is_new.shape} and {self.seen.shape}"
            )
        known = self.known_as[self.known_as >= 0]
        if (known >= fitted.n_items).any() or np.bincount(known).max(initial=0) > 1:
            raise RecommenderError(f"known_as must name items below {fitted.n_items} once each, and -1 for new ones")


class Recommender(ABC):
    """Recommender. Its settings, `config`, are a frozen dataclass."""

    name: ClassVar[str]
    supports_fold_in: ClassVar[bool]
    # Whether `fine_tune` continues the training; otherwise it fits from scratch.
    trains_on: ClassVar[bool] = False
    config: Any

    @abstractmethod
    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedRecommender:
        """Return the fit on non-empty interactions of positive weight."""

    def fit(self, interactions: Interactions, *, seed: int = 0, progress: Progress | None = None) -> FittedRecommender:
        """Return the fitted recommender. The same seed gives the same scores.

        Interactions of weight zero are ignored. progress(fraction 0..1, text) is called repeatedly. Raise
        RecommenderError without interactions.
        """
        if not len(interactions) or not interactions.weights.any():
            raise RecommenderError(
                f"{self.name} needs at least one interaction of positive weight, got {len(interactions)} interactions "
                f"of {interactions.n_users} users and {interactions.n_items} items"
            )
        counted = interactions.select(interactions.weights > 0)
        return self._fit(counted, seed=seed, progress=progress or _ignore_progress)

    def with_settings_of(self, fitted: FittedRecommender) -> Recommender:
        """Return a recommender with the settings that the search of `fitted` found, without a search of its own."""
        return self

    def fine_tune(
        self,
        fitted: FittedRecommender,
        interactions: Interactions,
        changes: Changes,
        *,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> FittedRecommender:
        """Return `fitted` updated with old and new interactions, in a fraction of the time of a fit.

        Users may be numbered anew, because only their rows count. Raise RecommenderError.
        """
        changes.check(fitted, interactions)
        counted = interactions.weights > 0
        if not counted.any():
            raise RecommenderError(f"{self.name} needs at least one interaction of positive weight to train on")
        return self._fine_tune(
            fitted,
            interactions.select(counted),
            changes.of(counted),
            seed=seed,
            progress=progress or _ignore_progress,
        )

    def _fine_tune(
        self,
        fitted: FittedRecommender,
        interactions: Interactions,
        changes: Changes,
        *,
        seed: int,
        progress: Progress,
    ) -> FittedRecommender:
        """Fine-tune with checked arguments; by default fit from scratch."""
        return self.with_settings_of(fitted).fit(interactions, seed=seed, progress=progress)

    def settings(self) -> dict[str, JSON]:
        """Return the config as JSON."""
        return asdict(self.config)


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """Return progress whose 0 to 1 maps to start to end of another."""
    return lambda fraction, text: progress(start + (end - start) * fraction, text)


def _ignore_progress(fraction: float, text: str) -> None:
    """Ignore progress."""


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the indices of the k highest finite scores [n], highest first, ties by index."""
    candidates = np.flatnonzero(scores > -np.inf)
    if candidates.size > k:
        values = scores[candidates]
        candidates = candidates[values >= np.partition(values, values.size - k)[values.size - k]]
    order: NDArray[np.int64] = np.lexsort((candidates, -scores[candidates]))
    return candidates[order[:k]]
