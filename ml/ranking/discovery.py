"""Discovery: a place now and then for a product that suits a shopper and that few have seen.

A ranking that learns from what it showed shows it again: what starts at the back stays there (Chaney, Stewart and
Engelhardt, "How Algorithmic Confounding in Recommendation Systems Increases Homogeneity", RecSys 2018). A share of the
places given to others by chance is the simplest remedy (epsilon-greedy; Sutton and Barto, 2018, 2.2).
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
    """One place of each `every`, in their middle. seed: the same one discovers the same products; ValueError."""

    every: int
    seed: int

    def __post_init__(self) -> None:
        if self.every < 2 or self.seed < 0:
            raise ValueError(f"every is {self.every} and seed {self.seed}, expected at least 2 and 0")

    def places(self, length: int) -> list[int]:
        """Return the places in a list of `length` that are discoveries', rising, 0 first."""
        return list(range(self.every // 2, length, self.every))


def with_discoveries(
    index: ServingIndex,
    items: IntArray,
    scores: NDArray[np.float64],
    chosen: NDArray[np.int64],
    new: NDArray[np.int64],
    discovery: Discovery,
) -> NDArray[np.int64]:
    """Return the chosen positions of c candidates, int64 [l], with discoveries in their places, cut to l.

    items: int32 [c]; scores: [c]; new: positions that may be discovered. They are drawn, in proportion to their scores,
    from the 50 best of those that were not chosen and are no more popular than half of the catalogue.
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
    # Each insertion moves what follows it by one, so the places are those of the list as it comes out.
    rail = chosen.tolist()
    for place, position in zip(places, drawn.tolist(), strict=True):
        rail.insert(place, position)
    return np.array(rail[: chosen.size], np.int64)
