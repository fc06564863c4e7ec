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
from recommendations.behaviour.models import Interaction
from recommendations.jobs.progress import Progress
from recommendations.learning.material import Material
from recommendations.learning.sweep import OVERLAP
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.opening import read_index

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class WarmStart:
    """The model of a version, to train on from.

    known_as: int64 [n_items], the place of each item of the material among the model's, -1 for a new one. learned,
    fresh: int64, sorted keys user x n_items + item of the pairs with an event recorded before the version was trained,
    and of those with one recorded since or a while before, as rows become visible out of order. A pair may be in both.
    Learning such a pair twice does no harm: events are not added to the model, the users' rows are made anew of the
    whole log each time, in which an event stands once. What is fresh only brings the next passes over all users nearer.
    """

    version: str
    fitted: FittedRecommender
    known_as: NDArray[np.int64]
    learned: NDArray[np.int64]
    fresh: NDArray[np.int64]

    def fine_tune(
        self, model: Recommender, interactions: Interactions, *, seed: int, progress: Progress
    ) -> FittedRecommender:
        """Return the model trained on with interactions of the material."""
        keys, is_unknown = _keys(interactions), self.known_as[interactions.items] < 0
        is_new, is_seen = np.isin(keys, self.fresh) | is_unknown, np.isin(keys, self.learned)
        changes = Changes(self.known_as, is_new, is_seen)
        return model.fine_tune(self.fitted, interactions, changes, seed=seed, progress=progress)

    def split(self, interactions: Interactions, *, seed: int) -> Split:
        """Hold out the last product of each shopper if it is new to the model: the others it has been trained on."""
        last = leave_one_out(interactions, seed=seed).test
        return _hold_out(interactions, last.select(~np.isin(_keys(last), self.learned)))

    def familiar_split(self, interactions: Interactions, *, seed: int) -> Split:
        """Hold out the last product of each shopper that the model was trained on already, with another one left."""
        learned = interactions.select(np.isin(_keys(interactions), self.learned))
        return _hold_out(interactions, leave_one_out(learned, seed=seed).test)


def _keys(interactions: Interactions) -> NDArray[np.int64]:
    """Return one number per pair of user and item, int64 [n]."""
    return interactions.users.astype(np.int64) * interactions.n_items + interactions.items


def _hold_out(interactions: Interactions, test: Interactions) -> Split:
    return Split(interactions.select(~np.isin(_keys(interactions), _keys(test))), test)


def anything_new() -> bool:
    """Tell whether an event was recorded since the promoted version was trained; True when nobody can tell.

    Rows from before that became visible after it are learned with the next event: alone they make no version.
    """
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
    recorded, through = material.log.recorded, trained_through.timestamp()
    learned = material.pairs_of(recorded <= through)
    fresh = material.pairs_of(recorded > through - OVERLAP.total_seconds())
    return WarmStart(version, fitted, known_as, learned, fresh)


def _promoted() -> ModelVersion | None:
    return ModelVersion.objects.filter(version=artifact_store.promoted_version() or "").first()
