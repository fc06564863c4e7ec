"""Arrangement of scored candidates in a rail, with a share of its places for discovery (exploration).

A model trained on what it showed shows the same again, and other products stay unseen (Chaney, Stewart and Engelhardt,
"How Algorithmic Confounding in Recommendation Systems Increases Homogeneity", RecSys 2018). The simplest remedy draws
a share of the places at random (epsilon-greedy; Sutton and Barto, 2018, 2.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import unit_rows
from ml.ranking.candidates import SOURCES, Candidates
from ml.ranking.diversity import DiversityRule, diversify, near_duplicates
from ml.ranking.reasons import Reason
from ml.ranking.results import Parts, RankedItem
from ml.ranking.shopper import IntArray
from ml.serving_index import ServingIndex
from ml.serving_index.top_k import descending

NOTHING = np.zeros(0, np.int32)
DISCOVERY_POOL = 50


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


def arrange(
    index: ServingIndex,
    items: IntArray,
    scores: NDArray[np.float64],
    *,
    limit: int,
    rule: DiversityRule,
    beside: IntArray = NOTHING,
) -> NDArray[np.int64]:
    """Return the positions of the chosen of c items, best first, int64 [min(limit, c)]; none for a limit below 1.

    Order by score, ties by lower position; move near-duplicates, also of the items `beside` the rail, to the end; then
    diversify.
    """
    order = descending(scores)
    duplicates = near_duplicates(index, items[order], beside)
    if duplicates.size:
        scores = scores.copy()
        scores[order[duplicates]] = 0.0
        order = np.concatenate([np.delete(order, duplicates), order[duplicates]])
    ordered = items[order]
    chosen = diversify(
        scores[order],
        index.categories_of(ordered),
        lambda places: unit_rows(index.vectors_of(ordered[places])),
        limit=limit,
        rule=rule,
    )
    return order[chosen].astype(np.int64)


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
    rest = rest[np.lexsort((rest, -scores[rest]))][:DISCOVERY_POOL]
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


def ranked_items(
    candidates: Candidates,
    chosen: NDArray[np.int64],
    scores: NDArray[np.float64],
    parts: NDArray[np.float64],
    reasons: Sequence[Reason],
) -> list[RankedItem]:
    """Return the chosen candidates, positions int64 [l], from scores [c], parts [c, 4] and l reasons."""
    return [
        RankedItem(
            int(candidates.items[place]),
            float(scores[place]),
            Parts(*parts[place].tolist()),
            SOURCES[candidates.sources[place]],
            reason.code,
            reason.anchor,
            reason.words,
        )
        for place, reason in zip(chosen.tolist(), reasons, strict=True)
    ]
