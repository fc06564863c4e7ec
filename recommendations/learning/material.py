"""What a training learns from: the catalogue and the log, with the products somebody touched in front."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.interactions import Interactions
from recommendations.behaviour.event_weights import Log, pair_weights
from recommendations.learning.catalogue import Catalogue
from recommendations.learning.log import TrainingLog


@dataclass(frozen=True, eq=False)
class Material:
    """catalogue: n products, of which the first w have interactions; log: in the same numbering.

    interactions: one row per shopper and product, weight and time of the newest event; n_items is w. shoppers: int64
    [n_users], sorted, the shopper in the log of each user of the interactions.
    """

    catalogue: Catalogue
    log: TrainingLog
    interactions: Interactions
    shoppers: NDArray[np.int64]

    @property
    def can_be_learned_from(self) -> bool:
        """Tell whether there is anything to compare: two shoppers and two products."""
        return self.interactions.n_users >= 2 and self.interactions.n_items >= 2

    def pairs_of(self, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the pairs of shopper and product that some rows of the log, bool [n], are about: their sorted keys,
        int64, user x n_items + item of the interactions."""
        shoppers, items, n_items = self.log.log.shoppers[rows], self.log.log.products[rows], self.interactions.n_items
        users = np.minimum(np.searchsorted(self.shoppers, shoppers), max(self.shoppers.size - 1, 0))
        is_one = (items >= 0) & (items < n_items)
        is_one[is_one] = self.shoppers[users[is_one]] == shoppers[is_one]
        return np.unique(users[is_one] * n_items + items[is_one])

    def summary(self) -> dict[str, int]:
        """Return the sizes, for people."""
        return {
            "products": len(self.catalogue),
            "products_with_interactions": self.interactions.n_items,
            "shoppers": self.interactions.n_users,
            "interactions": len(self.log),
        }


def gather(catalogue: Catalogue, log: TrainingLog) -> Material:
    """Return the material of a training; the model knows the products in front only, so the others cost it nothing."""
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
    return Material(_in_order(catalogue, order), _with_products(log, place), interactions, shoppers)


def _in_order(catalogue: Catalogue, order: NDArray[np.int64]) -> Catalogue:
    positions = order.tolist()
    return replace(
        catalogue,
        raw_ids=[catalogue.raw_ids[position] for position in positions],
        texts=[catalogue.texts[position] for position in positions],
        stars=catalogue.stars[order],
        item_category=catalogue.item_category[order],
    )


def _with_products(log: TrainingLog, place: NDArray[np.int64]) -> TrainingLog:
    rows = log.log
    return replace(log, log=Log(rows.shoppers, place[rows.products], rows.kinds, rows.values, rows.times))
