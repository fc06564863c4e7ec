"""Arrangement of scored candidates in a rail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.content.unit_length import unit_rows
from ml.diversity import DiversityRule, diversify
from ml.ranking.candidates import SOURCES, Candidates
from ml.ranking.near_duplicates import near_duplicates
from ml.ranking.reasons import Reason
from ml.ranking.results import Parts, RankedItem
from ml.ranking.shopper import IntArray
from ml.serving_index import ServingIndex
from ml.serving_index.top_k import descending

NOTHING = np.zeros(0, np.int32)


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
