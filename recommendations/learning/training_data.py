"""Training data: the catalogue and the log in one numbering, with the products that have interactions first."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.interactions import Interactions
from recommendations.behaviour.event_weights import pair_weights
from recommendations.jobs.progress import Progress, silent
from recommendations.learning.catalogue import Catalogue, read_catalogue
from recommendations.learning.log import TrainingLog, read_log


@dataclass(frozen=True, eq=False)
class TrainingData:
    """A catalogue of n products, the first w of which have interactions, and the log in the same numbering.

    - `interactions`: a row per shopper and product with its weight and the time of the newest event; `n_items` is w.
    - `shoppers`: int64 [n_users], rising: the number in the log of each user of the interactions.
    """

    catalogue: Catalogue
    log: TrainingLog
    interactions: Interactions
    shoppers: NDArray[np.int64]

    @property
    def is_sufficient(self) -> bool:
        """Tell whether there is anything to compare: at least two shoppers and two products."""
        return self.interactions.n_users >= 2 and self.interactions.n_items >= 2

    def row_pairs(self) -> NDArray[np.int64]:
        """Return the key of `pair_keys` for each row of the log, int64 [n]; -1 for a pair without interactions."""
        log, n_items = self.log.log, self.interactions.n_items
        users = np.minimum(np.searchsorted(self.shoppers, log.shoppers), max(self.shoppers.size - 1, 0))
        is_known = (log.products >= 0) & (log.products < n_items)
        is_known[is_known] = self.shoppers[users[is_known]] == log.shoppers[is_known]
        return np.where(is_known, users * n_items + log.products, -1)

    def pairs_of(self, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the pairs with interactions in some rows of the log, bool [n], as rising keys."""
        keys = np.unique(self.row_pairs()[rows])
        return keys[keys >= 0]

    def summary(self) -> dict[str, int]:
        """Return the sizes, for people."""
        return {
            "products": len(self.catalogue),
            "products_with_interactions": self.interactions.n_items,
            "shoppers": self.interactions.n_users,
            "interactions": len(self.log),
        }


def pair_keys(interactions: Interactions) -> NDArray[np.int64]:
    """Return a key for each pair of user and item, user x n_items + item, int64 [n]."""
    return interactions.users.astype(np.int64) * interactions.n_items + interactions.items


def read_training_data(progress: Progress = silent) -> TrainingData:
    """Read the catalogue and the log."""
    progress(0.0, "catalogue")
    catalogue = read_catalogue()
    log = read_log(catalogue.positions(), progress=lambda fraction: progress(fraction, "interactions"))
    return build_training_data(catalogue, log)


def build_training_data(catalogue: Catalogue, log: TrainingLog) -> TrainingData:
    """Renumber products so that those with interactions come first: models know only these, the others cost nothing."""
    pairs = pair_weights(log.log)
    touched = np.unique(pairs.products)
    order = np.concatenate([touched, np.setdiff1d(np.arange(len(catalogue)), touched)])
    place = np.empty(len(catalogue), dtype=np.int64)
    place[order] = np.arange(len(catalogue))
    shoppers, users = np.unique(pairs.shoppers, return_inverse=True)
    interactions = Interactions(
        users=users.astype(np.int32),
        items=place[pairs.products].astype(np.int32),
        weights=pairs.weights,
        timestamps=pairs.times,
        n_users=shoppers.size,
        n_items=touched.size,
    )
    return TrainingData(_in_order(catalogue, order), _renumbered(log, place), interactions, shoppers)


def _in_order(catalogue: Catalogue, order: NDArray[np.int64]) -> Catalogue:
    positions = order.tolist()
    return replace(
        catalogue,
        raw_ids=[catalogue.raw_ids[position] for position in positions],
        texts=[catalogue.texts[position] for position in positions],
        stars=catalogue.stars[order],
        item_category=catalogue.item_category[order],
    )


def _renumbered(log: TrainingLog, place: NDArray[np.int64]) -> TrainingLog:
    return replace(log, log=replace(log.log, products=place[log.log.products]))
