"""Train the promoted version on with what happened since, instead of training one from scratch."""

import logging
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ml.artifact import ArtifactError
from ml.interactions import Interactions
from ml.recommenders import registry
from ml.recommenders.base import Changes, FittedRecommender, Recommender
from ml.splits import Split, leave_one_out
from recommendations import artifact_store
from recommendations.models import Interaction, ModelVersion
from recommendations.serving import read_index
from recommendations.worker.material import Material
from recommendations.worker.progress import Progress

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class WarmStart:
    """The model of a version, to train on from. known_as: int64 [n_items], the place of each item of the material among
    the model's, -1 for a new one; seen_until: Unix seconds, what happened later is new to it."""

    version: str
    fitted: FittedRecommender
    known_as: NDArray[np.int64]
    seen_until: float

    def fine_tune(
        self, model: Recommender, interactions: Interactions, *, seed: int, progress: Progress
    ) -> FittedRecommender:
        """Return the model trained on with interactions of the material."""
        changes = Changes(self.known_as, self._is_new(interactions))
        return model.fine_tune(self.fitted, interactions, changes, seed=seed, progress=progress)

    def split(self, interactions: Interactions, *, seed: int) -> Split:
        """Hold out the last product of each shopper that is new to the model: the others it has been trained on."""
        last = leave_one_out(interactions, seed=seed).test
        test = last.select(self._is_new(last))
        held_out, keys = (rows.users.astype(np.int64) * rows.n_items + rows.items for rows in (test, interactions))
        return Split(interactions.select(~np.isin(keys, held_out)), test)

    def _is_new(self, interactions: Interactions) -> NDArray[np.bool_]:
        times = interactions.timestamps
        is_later = np.zeros(len(interactions), bool) if times is None else times > self.seen_until
        return np.asarray(is_later | (self.known_as[interactions.items] < 0))


def anything_new() -> bool:
    """Tell whether an event was recorded since the promoted version was trained; True when nobody can tell."""
    row = _promoted()
    if row is None or row.trained_through is None:
        return True
    return Interaction.objects.more_than(0, since=row.trained_through)


def warm_start(material: Material, recommender: str) -> tuple[WarmStart | None, str]:
    """Return what to train on from, and nothing; or None, and why the promoted version cannot be trained on."""
    row = _promoted()
    if row is None:
        return None, "no version serves yet"
    if row.recommender != recommender:
        return None, f"version {row.version} is a {row.recommender}, not a {recommender}"
    if not registry.recommender_class(recommender).trains_on:
        return None, f"{recommender} cannot be trained on"
    if row.trained_through is None:
        return None, f"nobody knows what version {row.version} was trained on"
    try:
        return _open(row.version, row.trained_through, material), ""
    except (ArtifactError, KeyError, ValueError) as error:
        return None, f"the model of version {row.version} cannot be used: {error}"


def _open(version: str, trained_through: datetime, material: Material) -> WarmStart:
    index = read_index(artifact_store.open_version(version)).index
    fitted = registry.load_recommender(artifact_store.model_directory_of(version))
    known_as = index.indices_of(material.catalogue.raw_ids[: material.interactions.n_items]).astype(np.int64)
    known_as[known_as >= fitted.n_items] = -1  # in the index by its content alone
    return WarmStart(version, fitted, known_as, trained_through.timestamp())


def _promoted() -> ModelVersion | None:
    return ModelVersion.objects.filter(version=artifact_store.promoted_version() or "").first()
