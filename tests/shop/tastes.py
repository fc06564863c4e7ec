"""Somebody who can tell what suits whom, in tests of the shop alone."""

import uuid
from collections.abc import Mapping, Sequence

from shop.catalogue.lists.preference_order import WhichList


class Taste:
    """Scores by product id, 0 for the others; `asked`: what it was asked, as (shopper, number of products),
    and `lists`: of which lists."""

    def __init__(self, scores: Mapping[uuid.UUID, float] | None = None) -> None:
        self.scores: Mapping[uuid.UUID, float] = scores or {}
        self.knows_shopper = True
        self.asked: list[tuple[uuid.UUID, int]] = []
        self.lists: list[WhichList] = []

    def __call__(self, shopper_id: uuid.UUID, product_ids: Sequence[uuid.UUID], which: WhichList) -> list[float] | None:
        self.asked.append((shopper_id, len(product_ids)))
        self.lists.append(which)
        return [self.scores.get(key, 0.0) for key in product_ids] if self.knows_shopper else None
