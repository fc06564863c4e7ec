"""From scored candidates to the places of a rail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.content.unit_length import unit_rows
from ml.diversity import DiversityRule, diversify
from ml.ranking.candidates import SOURCES, Candidates
from ml.ranking.near_duplicates import copies
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
    """Return the positions of the chosen of c items, best first, int64 [min(limit, c)], none for a limit below 1.

    Ordered by score, ties by lower position, then diversified; copies, of what stands beside the rail too, come last.
    """
    order = descending(scores)
    found = copies(index, items[order], beside)
    if found.size:
        scores = scores.copy()
        scores[order[found]] = 0.0
        order = np.concatenate([np.delete(order, found), order[found]])
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
    """Return the chosen candidates, int64 [l], in that order, with scores [c], parts [c, 4] and their l reasons."""
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
