"""State of a shopper, and the query made from it: the vector, categories and words that find and score candidates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.serving_index import ServingIndex
from ml.serving_index.top_k import top_k

IntArray = NDArray[np.int32]
FloatArray = NDArray[np.float32]
MOST_RECENT = 50


def _no_ints() -> IntArray:
    return np.zeros(0, np.int32)


def _no_floats() -> FloatArray:
    return np.zeros(0, np.float32)


def _no_pairs() -> tuple[IntArray, FloatArray]:
    return _no_ints(), _no_floats()


@dataclass(frozen=True, eq=False)
class ShopperState:
    """Arrays of indices into one serving index; unknown indices (-1, or too large) are ignored. All are optional.

    - `vector`: float32 [d] from the user tower, of any length; None or zero: the mean of the recent items' vectors;
    - `recent`: int32 [k], unique items, newest first, of which the first 50 known ones count;
    - `recent_weights`: float32 [k] >= 0, event weight x decay; `recent_bought`: bool [k], empty: none was bought;
    - `term_weights`: indices and weights of searched terms (`TermIndex.vectorise`), repeated ones are summed. The words
      of recent items come from the index and do not belong here;
    - `liked_categories`: positions and weights of categories that the shopper opened or chose;
    - `excluded`: int32, items that must never be shown (bought, not interested, in the cart).
    """

    vector: FloatArray | None = None
    recent: IntArray = field(default_factory=_no_ints)
    recent_weights: FloatArray = field(default_factory=_no_floats)
    term_weights: tuple[IntArray, FloatArray] = field(default_factory=_no_pairs)
    excluded: IntArray = field(default_factory=_no_ints)
    recent_bought: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))
    liked_categories: tuple[IntArray, FloatArray] = field(default_factory=_no_pairs)

    def __post_init__(self) -> None:
        if not self.recent_bought.size:
            object.__setattr__(self, "recent_bought", np.zeros(self.recent.size, bool))
        for name, indices, weights in (
            ("recent", self.recent, self.recent_weights),
            ("recent_bought", self.recent, self.recent_bought),
            ("term_weights", *self.term_weights),
            ("liked_categories", *self.liked_categories),
        ):
            if indices.ndim != 1 or indices.shape != weights.shape:
                raise ValueError(f"{name}: expected two arrays [k], got {indices.shape} and {weights.shape}")
            if weights.size and not (np.isfinite(weights).all() and weights.min() >= 0):
                raise ValueError(f"{name}: weights must be finite and >= 0")

    def known_to(self, index: ServingIndex) -> ShopperState:
        """Return the state without indices unknown to the index. Raise ValueError for a vector of another length."""
        if self.vector is not None and (
            self.vector.shape != (index.n_dimensions,) or not np.isfinite(self.vector).all()
        ):
            raise ValueError(f"vector has shape {self.vector.shape}, expected {(index.n_dimensions,)}, all finite")
        kept = np.flatnonzero(_known(self.recent, index.n_items) & (self.recent_weights > 0))[:MOST_RECENT]
        return ShopperState(
            self.vector,
            self.recent[kept],
            self.recent_weights[kept],
            _known_pairs(self.term_weights, index.terms.n_terms),
            self.excluded[_known(self.excluded, index.n_items)],
            self.recent_bought[kept],
            _known_pairs(self.liked_categories, len(index.categories)),
        )


def shopper_vector(index: ServingIndex, items: NDArray[np.integer[Any]], weights: FloatArray) -> FloatArray:
    """Return the unit vector of a shopper, float32 [d], from k items and event weights; zero without known items.

    Items of the training go through the user tower; the content vectors of later ones are added by weight.
    """
    known = _known(items, index.n_items) & (weights > 0)
    items, weights = items[known], weights[known]
    trained = items < index.user_tower.n_items
    towered = index.user_tower.vector(items[trained], weights[trained])
    later = weights[~trained] @ index.vectors_of(items[~trained])
    return unit(unit(towered) * weights[trained].sum() + later)


def unit(vector: FloatArray) -> FloatArray:
    """Return a vector scaled to length 1, float32 [d]; the zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length > 0 else np.zeros(vector.shape, np.float32)


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


def _known(indices: NDArray[np.integer[Any]], count: int) -> NDArray[np.bool_]:
    return (indices >= 0) & (indices < count)


def _known_pairs(pairs: tuple[IntArray, FloatArray], count: int) -> tuple[IntArray, FloatArray]:
    kept = _known(pairs[0], count) & (pairs[1] > 0)
    return pairs[0][kept], pairs[1][kept]


def _merged(terms: IntArray, weights: FloatArray) -> WeightedTerms:
    unique, places = np.unique(terms, return_inverse=True)
    return WeightedTerms(unique, unit(np.bincount(places, weights=weights, minlength=unique.size).astype(np.float32)))


def _most_liked(categories: IntArray, weights: FloatArray) -> IntArray:
    unique, places = np.unique(categories, return_inverse=True)
    totals = np.bincount(places, weights=weights, minlength=unique.size)
    order = np.lexsort((unique, -totals))
    return unique[order][unique[order] >= 0]
