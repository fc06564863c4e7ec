"""Base class of fitted rating models, which predict stars for pairs of user and item. NumPy only."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.artifact import JSON, Artifact, ArtifactError, read_artifact, write_artifact
from ml.rating_prediction.biases import UNKNOWN, Biases


class RatingPredictionError(ValueError):
    """Invalid indices; the message says which, what was received and what was expected."""


@dataclass(frozen=True, eq=False, kw_only=True)
class RatingPredictor(ABC):
    """Predictor of stars.

    - `model`: registered name, with the preset, of the rating model; `scale`: lowest and highest possible stars;
    - `settings`, `history`: settings and course of the fit, as JSON.
    """

    kind: ClassVar[str]
    model: str
    scale: tuple[float, float]
    biases: Biases
    settings: dict[str, JSON] = field(default_factory=dict)
    history: list[JSON] = field(default_factory=list)

    @property
    def n_users(self) -> int:
        """Number of users at the fit, with or without ratings."""
        return int(self.biases.of_users.shape[0])

    @property
    def n_items(self) -> int:
        """Number of items at the fit, with or without ratings."""
        return int(self.biases.of_items.shape[0])

    @abstractmethod
    def _predict(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return stars, float32 [n], not clipped, of users and items that both have ratings, int64 [n]."""

    def _predict_without_history(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return stars, float32 [n], of pairs where user or item or both are unknown (-1): their biases."""
        return self.biases.predict(users, items)

    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        """Return the arrays to store beside the biases; by default the subclass's own fields, numbers as [1]."""
        return {own.name: np.atleast_1d(np.asarray(getattr(self, own.name))) for own in _own_fields(type(self))}

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, NDArray[Any]], common: dict[str, Any]) -> Self:
        """Return the predictor of the arrays of `_arrays` and the fields of this class."""
        is_number = {own.name: own.type in ("bool", "float") for own in _own_fields(cls)}
        values: dict[str, Any] = {
            name: arrays[name].item() if number else arrays[name] for name, number in is_number.items()
        }
        return cls(**common, **values)

    def predict(self, users: ArrayLike, items: ArrayLike) -> NDArray[np.float32]:
        """Return the predicted stars of n pairs, float32 [n], within the scale.

        users, items: whole numbers [n], indices at the fit. -1, an index assigned after the fit, and one without
        ratings are unknown and predicted by biases (or as `_predict_without_history` says). Raise
        RatingPredictionError.
        """
        user_indices = _indices("users", users, self.biases.user_is_known)
        item_indices = _indices("items", items, self.biases.item_is_known)
        if user_indices.shape != item_indices.shape:
            raise RatingPredictionError(f"users has shape {user_indices.shape}, items {item_indices.shape}")
        stars = np.empty(user_indices.shape, np.float32)
        both = (user_indices != UNKNOWN) & (item_indices != UNKNOWN)
        stars[both] = self._predict(user_indices[both], item_indices[both])
        stars[~both] = self._predict_without_history(user_indices[~both], item_indices[~both])
        return np.clip(stars, *np.asarray(self.scale, np.float32))

    def save(self, directory: Path) -> None:
        """Write an artefact into a directory that does not exist yet."""
        metadata: dict[str, JSON] = {
            "rating_predictor": self.kind,
            "rating_model": self.model,
            "scale": list[JSON](self.scale),
            "settings": self.settings,
            "history": self.history,
        }
        write_artifact(directory, {**self.biases.to_arrays(), **self._arrays()}, metadata)

    @classmethod
    def load(cls, directory: Path) -> Self:
        """Return the predictor that `save` wrote. Raise ArtifactError when it is damaged or of another kind."""
        artifact = read_artifact(directory)
        kind = artifact.metadata.get("rating_predictor")
        if kind != cls.kind:
            raise ArtifactError(f"{directory} holds {kind!r}, expected {cls.kind!r}")
        try:
            return cls._from_arrays(artifact.arrays, _common(artifact))
        except KeyError as error:
            raise ArtifactError(f"{directory} lacks the array or entry {error}") from error


def _own_fields(kind: type[RatingPredictor]) -> list[Field[Any]]:
    inherited = {entry.name for entry in fields(RatingPredictor)}
    return [entry for entry in fields(kind) if entry.name not in inherited]


def _common(artifact: Artifact) -> dict[str, Any]:
    metadata: Mapping[str, Any] = artifact.metadata
    least, most = metadata["scale"]
    return {
        "model": metadata["rating_model"],
        "scale": (float(least), float(most)),
        "biases": Biases.from_arrays(artifact.arrays),
        "settings": metadata["settings"],
        "history": metadata["history"],
    }


def _indices(name: str, values: ArrayLike, is_known: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return indices as int64 [n], -1 for those without ratings. Raise for anything that is no index."""
    given = np.asarray(values)
    if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
        raise RatingPredictionError(f"{name}: expected whole numbers [n], got {given.dtype} {given.shape}")
    indices = given.astype(np.int64)
    refused = np.flatnonzero(indices < UNKNOWN)
    if refused.size:
        raise RatingPredictionError(f"{name}[{refused[0]}] is {indices[refused[0]]}, expected an index, or -1")
    indices[indices >= is_known.size] = UNKNOWN
    present = indices != UNKNOWN
    indices[present] = np.where(is_known[indices[present]], indices[present], UNKNOWN)
    return indices
