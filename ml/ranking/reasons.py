"""Reasons: the strongest contribution to each ranked product's score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import SparseRows, unit_rows
from ml.ranking.results import CATEGORY, COSINE, KEYWORD, POPULARITY, ReasonCode
from ml.ranking.scoring import Weights
from ml.ranking.shopper import IntArray, Query, ShopperState
from ml.serving_index import ServingIndex

BATCH = 256


@dataclass(frozen=True, slots=True)
class Reason:
    """Code, the item that it names, and the searched words in the product's text."""

    code: ReasonCode
    anchor: int | None = None
    words: tuple[str, ...] = ()


# Columns of the sums that decide on a reason; of equal ones the first.
_RECENT, _SEARCHED, _CATEGORY, _POPULARITY = range(4)


@dataclass(frozen=True, eq=False)
class Attribution:
    """The scores of l products split by what they come from.

    - `recent`: float64 [l, k], from each recent item: the cosine part is split by weight x similarity (the larger of
      vector cosine and neighbour similarity), the keyword part by weight x common terms; 0 from an item to itself;
    - `searched`: float64 [l], the keyword part from searched words;
    - `category`, `popularity`: float64 [l];
    - `chosen`: float64 [l], the share of `category` from chosen categories; the rest comes from those of recent items.
    """

    recent: NDArray[np.float64]
    searched: NDArray[np.float64]
    category: NDArray[np.float64]
    popularity: NDArray[np.float64]
    chosen: NDArray[np.float64]


def reasons_for_shopper(
    index: ServingIndex,
    state: ShopperState,
    query: Query,
    items: IntArray,
    parts: NDArray[np.float64],
    weights: Weights,
) -> list[Reason]:
    """Return the reason for each of l items, with parts [l, 4], for a shopper known to the index.

    The largest of four sums decides, ties in this order: recent items (the anchor adds most; ties: the newest),
    searched words, category (chosen, when at least half comes from chosen ones), popularity.
    """
    reasons: list[Reason] = []
    for start in range(0, items.size, BATCH):
        batch = slice(start, start + BATCH)
        attribution = attribute_scores(index, state, query, items[batch], parts[batch], weights)
        totals = np.column_stack(
            [attribution.recent.sum(axis=1), attribution.searched, attribution.category, attribution.popularity]
        )
        for place, item in enumerate(items[batch].tolist()):
            if totals[place].max() <= 0 or (strongest := int(totals[place].argmax())) == _POPULARITY:
                reasons.append(Reason(reason_of_popularity(index, item)))
            elif strongest == _RECENT:
                anchor = int(attribution.recent[place].argmax())
                code = ReasonCode.BOUGHT_SIMILAR if state.recent_bought[anchor] else ReasonCode.VIEWED_SIMILAR
                reasons.append(Reason(code, int(state.recent[anchor])))
            elif strongest == _SEARCHED:
                reasons.append(Reason(ReasonCode.SEARCH_MATCH, words=_common_words(index, query, item)))
            else:
                is_chosen = 2 * attribution.chosen[place] >= attribution.category[place]
                reasons.append(Reason(ReasonCode.CATEGORY_CHOSEN if is_chosen else ReasonCode.CATEGORY_LIKED))
    return reasons


def reason_of_popularity(index: ServingIndex, item: int) -> ReasonCode:
    """Return TRENDING or POPULAR, whichever is stronger (ties: popular), or DISCOVER when the item is neither."""
    popularity = float(index.popularity_of(np.array([item]))[0])
    trending = float(index.trending_of(np.array([item]))[0])
    if trending > popularity:
        return ReasonCode.TRENDING
    return ReasonCode.POPULAR if popularity > 0 else ReasonCode.DISCOVER


def attribute_scores(
    index: ServingIndex,
    state: ShopperState,
    query: Query,
    items: IntArray,
    parts: NDArray[np.float64],
    weights: Weights,
) -> Attribution:
    """Return the attribution of the scores of l items with parts [l, 4]."""
    weighted = parts * weights.as_array()
    others = items[:, None] != state.recent[None, :]
    similarity = _similarity(index, items, state.recent) * state.recent_weights * others
    rows = index.terms_of(items)
    column = np.zeros(index.terms.n_terms)
    query.searched.add_to(column)
    searched = rows.dot(column)
    column[:] = 0.0
    query.history.add_to(column)
    history = rows.dot(column)
    common = common_terms(rows, index.terms_of(state.recent)) * state.recent_weights
    keyword = weighted[:, KEYWORD] / np.where(searched + history > 0, searched + history, 1.0)
    return Attribution(
        weighted[:, COSINE, None] * _shares(similarity) + (keyword * history)[:, None] * _shares(common) * others,
        keyword * searched,
        weighted[:, CATEGORY],
        weighted[:, POPULARITY],
        weighted[:, CATEGORY] * _chosen_share(index, state, query, items),
    )


def _chosen_share(index: ServingIndex, state: ShopperState, query: Query, items: IntArray) -> NDArray[np.float64]:
    """Return the share of chosen categories in l items' category affinity, float64 [l] in [0, 1]."""
    categories = index.categories_of(items)
    chosen = index.categories.affinities(index.categories.node_weights(*state.liked_categories), categories)
    total = index.categories.affinities(query.node_weights, categories)
    return np.divide(chosen, total, out=np.zeros_like(chosen), where=total > 0)


def _similarity(index: ServingIndex, items: IntArray, recent: IntArray) -> NDArray[np.float64]:
    """Return the larger of cosine and neighbour similarity of l items with k recent ones, at least 0, [l, k]."""
    directions = unit_rows(index.vectors_of(items)), unit_rows(index.vectors_of(recent))
    cosines = (directions[0] @ directions[1].T).astype(np.float64)
    neighbours, similarities = index.neighbours_of(recent)
    order = np.argsort(items)
    places = order[np.minimum(np.searchsorted(items, neighbours, sorter=order), items.size - 1)]
    row, column = np.nonzero(items[places] == neighbours)
    table = np.zeros_like(cosines)
    table[places[row, column], row] = similarities[row, column]
    return np.maximum(np.maximum(cosines, table), 0.0)


def common_terms(rows: SparseRows, others: SparseRows) -> NDArray[np.float64]:
    """Return the products of l term rows with k others, float64 [l, k]."""
    terms, places = np.unique(rows.indices, return_inverse=True)
    left = np.zeros((len(rows), terms.size))
    left[rows.row_numbers(), places] = rows.values
    right = np.zeros((len(others), terms.size))
    if terms.size:
        found = np.minimum(np.searchsorted(terms, others.indices), terms.size - 1)
        known = terms[found] == others.indices
        right[others.row_numbers()[known], found[known]] = others.values[known]
    products: NDArray[np.float64] = left @ right.T
    return products


def _shares(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    totals = amounts.sum(axis=1, keepdims=True)
    shares: NDArray[np.float64] = np.divide(amounts, totals, out=np.zeros_like(amounts), where=totals > 0)
    return shares


def _common_words(index: ServingIndex, query: Query, item: int) -> tuple[str, ...]:
    """Return the searched words in an item's text, heaviest first, ties by lower term."""
    row = index.terms_of(np.array([item]))
    column = np.zeros(index.terms.n_terms)
    query.searched.add_to(column)
    products = row.values * column[row.indices]
    order = np.lexsort((row.indices, -products))
    return index.terms.words_of(row.indices[order[products[order] > 0]])
