"""Query: the vector, categories and words by which candidates are found and scored, of a shopper or a product."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.ranking.shopper import FloatArray, IntArray, ShopperState, unit
from ml.serving_index import ServingIndex
from ml.serving_index.top_k import top_k


@dataclass(frozen=True, eq=False)
class WeightedTerms:
    """Terms, int32 [k], unique, and their weights, float32 [k], of length 1 (or k = 0)."""

    terms: IntArray
    weights: FloatArray

    def add_to(self, column: NDArray[np.float64]) -> None:
        """Add the weights to a dense column, float64 [n_terms]."""
        column[self.terms] += self.weights


@dataclass(frozen=True, eq=False)
class Query:
    """A query.

    - `vector`: float32 [d], unit or zero;
    - `node_weights`: float64 [c + 1], see `CategoryTree.node_weights`; `liked`: int32 [m], most liked category first;
    - `history`: words of recent products; `searched`: words of search queries. Both weigh the same.
    """

    vector: FloatArray
    node_weights: NDArray[np.float64]
    liked: IntArray
    history: WeightedTerms
    searched: WeightedTerms

    def term_column(self, n_terms: int) -> NDArray[np.float64]:
        """Return history plus searched as a dense column, float64 [n_terms]."""
        column = np.zeros(n_terms)
        self.history.add_to(column)
        self.searched.add_to(column)
        return column

    def heaviest_terms(self, n_terms: int, count: int) -> tuple[IntArray, FloatArray]:
        """Return the heaviest terms, heaviest first, ties by lower term, and their weights, [<= count]."""
        terms = np.union1d(self.history.terms, self.searched.terms)
        weights = self.term_column(n_terms)[terms].astype(np.float32)
        heaviest = top_k(weights, count)
        return terms[heaviest], weights[heaviest]


def query_of_shopper(index: ServingIndex, state: ShopperState) -> Query:
    """Return the query of a shopper known to the index; every recent item counts by its weight."""
    vector = unit(state.vector) if state.vector is not None else np.zeros(index.n_dimensions, np.float32)
    if not vector.any():
        vector = unit(state.recent_weights @ index.vectors_of(state.recent))
    rows = index.terms_of(state.recent)
    history = _merged(rows.indices, rows.values * np.repeat(state.recent_weights, rows.lengths))
    categories = np.concatenate([index.categories_of(state.recent), state.liked_categories[0]])
    weights = np.concatenate([state.recent_weights, state.liked_categories[1]])
    return Query(
        vector,
        index.categories.node_weights(categories, weights),
        _most_liked(categories, weights),
        history,
        _merged(*state.term_weights),
    )


def query_of_item(index: ServingIndex, item: int) -> Query:
    """Return the query for products similar to an item."""
    return query_of_shopper(
        index, ShopperState(recent=np.array([item], np.int32), recent_weights=np.ones(1, np.float32))
    )


def _merged(terms: IntArray, weights: FloatArray) -> WeightedTerms:
    unique, places = np.unique(terms, return_inverse=True)
    return WeightedTerms(unique, unit(np.bincount(places, weights=weights, minlength=unique.size).astype(np.float32)))


def _most_liked(categories: IntArray, weights: FloatArray) -> IntArray:
    unique, places = np.unique(categories, return_inverse=True)
    totals = np.bincount(places, weights=weights, minlength=unique.size)
    order = np.lexsort((unique, -totals))
    return unique[order][unique[order] >= 0]
