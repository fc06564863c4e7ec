"""Discovery (exploration): a share of the places of a rail for suitable products that few shoppers have seen.

A model trained on what it showed shows the same again, and other products stay unseen (Chaney, Stewart and Engelhardt,
"How Algorithmic Confounding in Recommendation Systems Increases Homogeneity", RecSys 2018). The simplest remedy draws
a share of the places at random (epsilon-greedy; Sutton and Barto, 2018, 2.2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.ranking.shopper import IntArray
from ml.serving_index import ServingIndex

POOL = 50


@dataclass(frozen=True)
class Discovery:
    """One place of every `every`, the middle one. The same seed draws the same products. Raise ValueError."""

    every: int
    seed: int

    def __post_init__(self) -> None:
        if self.every < 2 or self.seed < 0:
            raise ValueError(f"every is {self.every} and seed {self.seed}, expected at least 2 and 0")

    def places(self, length: int) -> list[int]:
        """Return the places of discoveries in a list of `length`, ascending, counted from 0."""
        return list(range(self.every // 2, length, self.every))


def with_discoveries(
    index: ServingIndex,
    items: IntArray,
    scores: NDArray[np.float64],
    chosen: NDArray[np.int64],
    new: NDArray[np.int64],
    discovery: Discovery,
) -> NDArray[np.int64]:
    """Return the chosen positions of c candidates, int64 [l], with discoveries inserted, cut to l.

    - `items`: int32 [c]; `scores`: float64 [c]; `new`: positions that may be drawn.

    Discoveries are drawn, in proportion to their scores, from the 50 best of `new` that were not chosen and are no more
    popular than the median product.
    """
    rare = index.popularity[index.popular_order[index.popular_order.size // 2]] if index.popular_order.size else 0.0
    rest = np.setdiff1d(new, chosen)
    rest = rest[(index.popularity_of(items[rest]) <= rare) & (scores[rest] > 0)]
    rest = rest[np.lexsort((rest, -scores[rest]))][:POOL]
    places = discovery.places(chosen.size)[: rest.size]
    if not places:
        return chosen
    shares = scores[rest] / scores[rest].sum()
    drawn = np.random.default_rng(discovery.seed).choice(rest, len(places), replace=False, p=shares)
    # Each insertion shifts what follows by one, so `places` are positions in the resulting list.
    rail = chosen.tolist()
    for place, position in zip(places, drawn.tolist(), strict=True):
        rail.insert(place, position)
    return np.array(rail[: chosen.size], np.int64)
