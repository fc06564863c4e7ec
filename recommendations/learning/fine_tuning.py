"""Fine-tuning: continue to train the promoted version with newer events, instead of training from scratch."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from ml.artifact import ArtifactError
from ml.interactions import Interactions
from ml.recommenders import registry
from ml.recommenders.base import Changes, FittedRecommender, Recommender
from ml.splits import Split, leave_one_out
from recommendations.jobs.progress import Progress
from recommendations.learning.sweep import OVERLAP
from recommendations.learning.training_data import TrainingData, pair_keys
from recommendations.versions import artifact_store
from recommendations.versions.opening import read_index
from recommendations.versions.services import promoted_row


@dataclass(frozen=True, eq=False)
class WarmStart:
    """A trained model to start from.

    - `known_as`: int64 [n_items], the model's index of each item of the training data, -1 for a new one.
    - `learned`: rising int64 keys (user x n_items + item) of the pairs with an event recorded before the version was
      trained.
    - `fresh`: the same of the pairs with an event recorded since, or shortly before: rows become visible out of order.

    A pair may be in both, and learning it twice does no harm: events are not added to the model. The rows of the users
    are rebuilt each time from the whole log, which holds an event once. A fresh pair only adds passes over its users.
    """

    version: str
    fitted: FittedRecommender
    known_as: NDArray[np.int64]
    learned: NDArray[np.int64]
    fresh: NDArray[np.int64]

    def fine_tune(
        self, model: Recommender, interactions: Interactions, *, seed: int, progress: Progress
    ) -> FittedRecommender:
        """Continue to train the model with interactions of the training data."""
        keys, is_unknown = pair_keys(interactions), self.known_as[interactions.items] < 0
        is_new, is_seen = np.isin(keys, self.fresh) | is_unknown, np.isin(keys, self.learned)
        changes = Changes(self.known_as, is_new, is_seen)
        return model.fine_tune(self.fitted, interactions, changes, seed=seed, progress=progress)

    def split(self, interactions: Interactions, *, seed: int) -> Split:
        """Hold out the last product of each shopper if it is new to the model."""
        last = leave_one_out(interactions, seed=seed).test
        return _hold_out(interactions, last.select(~np.isin(pair_keys(last), self.learned)))

    def familiar_split(self, interactions: Interactions, *, seed: int) -> Split:
        """Hold out the last product of each shopper that the model was trained on, where another one is left."""
        learned = interactions.select(np.isin(pair_keys(interactions), self.learned))
        return _hold_out(interactions, leave_one_out(learned, seed=seed).test)


def _hold_out(interactions: Interactions, test: Interactions) -> Split:
    return Split(interactions.select(~np.isin(pair_keys(interactions), pair_keys(test))), test)


def warm_start(data: TrainingData, recommender: str) -> tuple[WarmStart | None, str]:
    """Return the promoted version's model and an empty reason; or None and the reason why it cannot be fine-tuned."""
    row = promoted_row()
    if row is None:
        return None, "no version serves yet"
    if row.recommender != recommender:
        return None, f"version {row.version} is a {row.recommender}, not a {recommender}"
    if not registry.recommender_class(recommender).trains_on:
        return None, f"{recommender} cannot be fine-tuned"
    if row.trained_through is None:
        return None, f"it is not recorded what version {row.version} was trained on"
    try:
        return _open(row.version, row.trained_through, data), ""
    except (ArtifactError, KeyError, ValueError) as error:
        return None, f"the model of version {row.version} cannot be used: {error}"


def _open(version: str, trained_through: datetime, data: TrainingData) -> WarmStart:
    index = read_index(artifact_store.open_version(version)).index
    fitted = registry.load_recommender(artifact_store.model_directory_of(version))
    known_as = index.indices_of(data.catalogue.raw_ids[: data.interactions.n_items]).astype(np.int64)
    known_as[known_as >= fitted.n_items] = -1  # in the index by its content alone
    recorded, through = data.log.recorded, trained_through.timestamp()
    learned = data.pairs_of(recorded <= through)
    fresh = data.pairs_of(recorded > through - OVERLAP.total_seconds())
    return WarmStart(version, fitted, known_as, learned, fresh)
