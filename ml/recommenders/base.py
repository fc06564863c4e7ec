"""The contract of every top-N recommender: fitting and serving are different types.

A `Recommender` can only fit; the `FittedRecommender` it returns can only score, save and load.
"""

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
    """A recommender was given something it cannot work with; the text shows what was expected and what came."""


class FittedRecommender(ABC):
    """What fitting returns: scores every item for users given by their rows of the interaction matrix."""

    name: ClassVar[str]

    @property
    @abstractmethod
    def n_items(self) -> int:
        """Number of items known when it was fitted."""

    @abstractmethod
    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        """Return finite scores, float32 [b, n_items], of checked rows."""

    @abstractmethod
    def arrays(self) -> Mapping[str, NDArray[Any]]:
        """Return everything that must be stored to score again, for an artefact."""

    @classmethod
    @abstractmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        """Return the fitted recommender that `arrays` and `metadata` describe."""

    def metadata(self) -> dict[str, JSON]:
        """Return what else is worth remembering, as JSON."""
        return {}

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]:
        """Return finite scores of all items for b users, float32 [b, n_items]; higher is better.

        rows: csr [b, n_items], the users' summed event weights, >= 0; users: int32 [b], their indices at fitting,
        only for recommenders without fold-in. Raises RecommenderError.
        """
        return self._scores(self._checked(rows), users)

    def recommend(
        self, rows: CSR, k: int, *, exclude_seen: bool = True, users: NDArray[np.int32] | None = None
    ) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the k best items per user, int32 [b, k], and their scores, float32 [b, k], highest first.

        Equal scores: the lower index first. With exclude_seen the items stored in a row are left out of its list.
        Where items run out: index -1, score -inf.
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
        """Open what `save` wrote; raises ArtifactError when it is damaged or of another recommender."""
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
    """What interactions have that a fitted recommender has not seen.

    known_as: int64 [n_items], the place of each item among those of the fitted one, -1 for a new one, so that items may
    be added, left out and reordered; is_new: bool [n], whether an interaction holds an event that it has not seen;
    is_seen: bool [n], whether it holds one that it has, as an interaction of several events may too; left out: each
    that is not new.
    """

    known_as: NDArray[np.int64]
    is_new: NDArray[np.bool_]
    is_seen: NDArray[np.bool_] | None = None

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Whether each interaction holds an event that the fitted one has seen, bool [n]."""
        return ~self.is_new if self.is_seen is None else self.is_seen

    def of(self, counted: NDArray[np.bool_]) -> Changes:
        """Return the changes of the interactions that counted, bool [n], picks."""
        return Changes(self.known_as, self.is_new[counted], self.seen[counted])

    def in_order(self, values: NDArray[np.float32], of_new: NDArray[np.float32] | float = 0.0) -> NDArray[np.float32]:
        """Return the fitted one's values, float32 [m, ...], as [n_items, ...], with of_new for the new items."""
        ordered = values[self.known_as]
        ordered[self.known_as < 0] = of_new
        return ordered

    def check(self, fitted: FittedRecommender, interactions: Interactions) -> None:
        """Raise RecommenderError when they do not fit these two."""
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
    """A way to fit. Its settings are a frozen dataclass, `config`."""

    name: ClassVar[str]
    supports_fold_in: ClassVar[bool]
    # Whether `fine_tune` trains on from what it is given; else it fits anew.
    trains_on: ClassVar[bool] = False
    config: Any

    @abstractmethod
    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedRecommender:
        """Fit on interactions that are not empty, all of positive weight."""

    def fit(self, interactions: Interactions, *, seed: int = 0, progress: Progress | None = None) -> FittedRecommender:
        """Return the fitted recommender. The same seed gives the same scores.

        An interaction of weight zero is none. progress(fraction 0..1, text) is called now and then. Raises
        RecommenderError when there is nothing to fit on.
        """
        if not len(interactions) or not interactions.weights.any():
            raise RecommenderError(
                f"{self.name} needs at least one interaction of positive weight, got {len(interactions)} interactions "
                f"of {interactions.n_users} users and {interactions.n_items} items"
            )
        counted = interactions.select(interactions.weights > 0)
        return self._fit(counted, seed=seed, progress=progress or _silent)

    def with_settings_of(self, fitted: FittedRecommender) -> Recommender:
        """Return a recommender that fits as `fitted` was, with whatever was searched for there taken as found."""
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
        """Return `fitted` brought up to date with interactions, old and new ones, in a fraction of a fit's time.

        Users need no place among those of then: they are known by their rows. Raises RecommenderError.
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
            progress=progress or _silent,
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
        """Train on with checked arguments; a recommender that cannot fits anew."""
        return self.with_settings_of(fitted).fit(interactions, seed=seed, progress=progress)

    def settings(self) -> dict[str, JSON]:
        """Return the config as JSON."""
        return asdict(self.config)


def part_of(progress: Progress, start: float, end: float) -> Progress:
    """Return progress whose 0 to 1 fills start to end of another."""
    return lambda fraction, text: progress(start + (end - start) * fraction, text)


def _silent(fraction: float, text: str) -> None:
    """Progress for nobody."""


def _best(scores: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the indices of the k highest finite scores [n], highest first, ties by index."""
    candidates = np.flatnonzero(scores > -np.inf)
    if candidates.size > k:
        values = scores[candidates]
        candidates = candidates[values >= np.partition(values, values.size - k)[values.size - k]]
    order: NDArray[np.int64] = np.lexsort((candidates, -scores[candidates]))
    return candidates[order[:k]]
