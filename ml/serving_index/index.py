"""ServingIndex: the tables with an overlay of products saved since, read by item or by column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import SparseRows
from ml.content.terms import find_sorted
from ml.serving_index.categories import CategoryTree
from ml.serving_index.inverted_file import InvertedFile
from ml.serving_index.overlay import Overlay, OverlayEntry, build_overlay, no_overlay
from ml.serving_index.tables import IndexTables, ServingIndexError
from ml.serving_index.top_k import top_k

Items = NDArray[np.integer[Any]]
POSTINGS_PER_TERM = 256
# Gathering a row costs about four times as much as reading it in sequence.
MAX_SHARE_GATHERED = 0.25


@dataclass(frozen=True, eq=False)
class ServingIndex(IndexTables):
    """The tables and, in a view made by `with_overlay`, the products saved since they were built.

    Items are 0 .. n_items - 1: first those of the tables, then the new ones of the overlay. Read item data through the
    methods, which apply the overlay; the arrays do not contain it.
    """

    overlay: Overlay = field(default_factory=no_overlay)
    categories: CategoryTree = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            object.__setattr__(self, "categories", CategoryTree(self.category_parent))
        except ValueError as error:
            raise ServingIndexError(str(error)) from error

    def with_overlay(self, entries: Iterable[OverlayEntry]) -> Self:
        """Return a view in which these products replace their base rows or are added; the tables are not copied.

        The entries are the whole overlay: those of an earlier view are not kept. The item number of a new product is
        valid in this view only. Raise ServingIndexError for a vector of another length.
        """
        return replace(self, overlay=build_overlay(self, entries))

    @property
    def n_items(self) -> int:
        """Number of items, the overlay's new ones included."""
        return self.n_base + len(self.overlay.raw_ids)

    def index_of(self, raw_id: str) -> int | None:
        """Return the item with this raw id, or None when it is unknown."""
        item = int(self.indices_of([raw_id])[0])
        return None if item < 0 else item

    def indices_of(self, raw_ids: Sequence[str]) -> NDArray[np.int32]:
        """Return the items with these k raw ids, int32 [k], -1 for unknown ones."""
        items = find_sorted(self.raw_ids, raw_ids, self.id_order)
        if self.overlay.new_items:
            for place in np.flatnonzero(items < 0).tolist():
                items[place] = self.overlay.new_items.get(raw_ids[place], -1)
        return items

    def raw_ids_of(self, items: Items) -> list[str]:
        """Return the raw ids of k items, in their order."""
        return [
            self.raw_ids[item].decode() if item < self.n_base else self.overlay.raw_ids[item - self.n_base]
            for item in items.tolist()
        ]

    def category_index_of(self, raw_id: str | None) -> int | None:
        """Return the position of the category with this raw id, or None when there is none."""
        category = int(find_sorted(self.category_ids, [raw_id or ""], self.category_order)[0])
        return None if category < 0 else category

    def vectors_of(self, items: Items) -> NDArray[np.float32]:
        """Return the vectors of k items, float32 [k, d], lengths at most 1."""
        return self._overlaid(self.item_vectors, self.overlay.vectors, items, self._base_vectors)

    def popularity_of(self, items: Items) -> NDArray[np.float32]:
        """Return the popularity of k items, float32 [k] in [0, 1]."""
        return self._overlaid(self.popularity, self.overlay.popularity, items)

    def trending_of(self, items: Items) -> NDArray[np.float32]:
        """Return the trending scores of k items, float32 [k] in [0, 1]."""
        return self._overlaid(self.trending, self.overlay.trending, items)

    def categories_of(self, items: Items) -> NDArray[np.int32]:
        """Return the categories of k items, int32 [k], -1 none."""
        return self._overlaid(self.item_category, self.overlay.categories, items)

    def terms_of(self, items: Items) -> SparseRows:
        """Return the term rows of k items."""
        if not len(self.overlay):
            return self.terms.rows.take(items)
        places = self.overlay.places_of(items)
        saved = places >= 0
        rows = self.terms.rows.take(items[~saved]).stacked(self.overlay.term_rows.take(places[saved]))
        return rows.take(np.argsort(np.argsort(saved, kind="stable"), kind="stable"))

    def neighbours_of(self, items: Items) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the neighbours of k items and their similarities, [k, width], -1 padding; new items have none."""
        return self._padded(self.neighbours, items, -1), self._padded(self.similarities, items, 0)

    def bought_with_of(self, items: Items) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the items bought with k items and the scores, [k, width], -1 padding; new items have none."""
        return self._padded(self.bought_with, items, -1), self._padded(self.bought_with_scores, items, 0)

    def cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the product of a unit vector, float32 [d], with every item's, float32 [n_items].

        It is the cosine times the item's length, which is 1 where the model compares by cosine.
        """
        if not vector.any():
            return np.zeros(self.n_items, np.float32)
        result = np.empty(self.n_items, np.float32)
        np.matmul(self.item_vectors, vector, out=result[: self.n_base])
        if len(self.overlay):
            result[self.overlay.items] = self.overlay.vectors @ vector
        return result

    def cosines_of(self, items: Items, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return `cosines` of k items only, float32 [k]."""
        if items.size > self.n_items * MAX_SHARE_GATHERED:
            return self.cosines(vector)[items]
        return np.asarray(self.vectors_of(items) @ vector, np.float32)

    def nearest(self, vector: NDArray[np.float32], count: int, excluded: Items) -> NDArray[np.int32]:
        """Return the `count` items with the largest `cosines`, best first, ties by lower item, int32 [<= count].

        `excluded`: int [b], ascending. The zero vector has no nearest items. With an inverted file the search is
        approximate: it reads the lists nearest to the vector, and the overlay.
        """
        if not vector.any():
            return np.zeros(0, np.int32)
        if self.inverted_file is not None:
            found = self._nearest_in_inverted_file(self.inverted_file, vector, count, excluded)
            if found.size == count:
                return found
        products = self.cosines(vector)
        products[excluded] = -np.inf
        return top_k(products, min(count, products.size - excluded.size)).astype(np.int32)

    def _nearest_in_inverted_file(
        self, lists: InvertedFile, vector: NDArray[np.float32], count: int, excluded: Items
    ) -> NDArray[np.int32]:
        items, products = lists.nearest(vector, count + excluded.size + len(self.overlay))
        if len(self.overlay):
            kept = self.overlay.places_of(items) < 0
            items = np.concatenate([items[kept], self.overlay.items])
            products = np.concatenate([products[kept], self.overlay.vectors @ vector])
        if excluded.size:
            kept = excluded[np.minimum(np.searchsorted(excluded, items), excluded.size - 1)] != items
            items, products = items[kept], products[kept]
        return items[np.lexsort((items, -products))][:count]

    def members(self, category: int) -> NDArray[np.int32]:
        """Return all items of a category and its descendants, int32 [m]; base items first, most popular first."""
        start, end = self.category_indptr[category : category + 2]
        return self._with_overlay_items(self.category_items[start:end], category)

    def popular(self, count: int, category: int | None = None) -> NDArray[np.int32]:
        """Return the most popular items (of a category), best first, ties by lower item, int32 [<= count]."""
        return self._first(self.popular_order, count, category, self.popularity_of)

    def keyword_matches(self, terms: Items, weights: NDArray[np.float32], count: int) -> NDArray[np.int32]:
        """Return the items that match k weighted terms best, best first, int32 [<= count].

        A term counts for a base item only if the item is among the 256 heaviest of the term.
        """
        postings = self.terms.postings.take(terms, longest=POSTINGS_PER_TERM)
        items, places = np.unique(postings.indices, return_inverse=True)
        products = postings.values * np.repeat(weights, postings.lengths)
        scores: NDArray[np.float64] = np.bincount(places, weights=products).astype(np.float64, copy=False)
        if len(self.overlay):
            column = np.zeros(self.terms.n_terms)
            column[terms] = weights
            kept = self.overlay.places_of(items) < 0
            items = np.concatenate([items[kept], self.overlay.items])
            scores = np.concatenate([scores[kept], self.overlay.term_rows.dot(column)])
            order = np.argsort(items)
            items, scores = items[order], scores[order]
        matching = scores > 0
        return items[matching][top_k(scores[matching], count)]

    def trending_items(self, count: int, category: int | None = None) -> NDArray[np.int32]:
        """Return the trending items (of a category), best first, ties by lower item, int32 [<= count]."""
        if category is None:
            items = self._first(self.trending_order, count, None, self.trending_of)
        else:
            members = np.sort(self.members(category))
            items = members[top_k(self.trending_of(members), count)]
        return items[self.trending_of(items) > 0]

    def _first(
        self,
        order: NDArray[np.int32],
        count: int,
        category: int | None,
        scores_of: Callable[[Items], NDArray[np.float32]],
    ) -> NDArray[np.int32]:
        if category is not None:
            start, end = self.category_indptr[category : category + 2]
            order = self.category_items[start:end]
        if not len(self.overlay):
            return order[:count]
        candidates = self._with_overlay_items(order[: count + len(self.overlay)], category)
        return self._ordered(candidates, scores_of)[:count]

    def _with_overlay_items(self, items: NDArray[np.int32], category: int | None) -> NDArray[np.int32]:
        """Return items without those in the overlay, followed by the overlay's own (of the category)."""
        if not len(self.overlay):
            return items
        saved = self.overlay.items
        if category is not None:
            saved = saved[self.categories.contains(category, self.overlay.categories)]
        return np.concatenate([items[self.overlay.places_of(items) < 0], saved])

    @staticmethod
    def _ordered(items: NDArray[np.int32], scores_of: Callable[[Items], NDArray[np.float32]]) -> NDArray[np.int32]:
        return items[np.lexsort((items, -scores_of(items)))]

    def _base_vectors(self, items: Items) -> NDArray[np.float32]:
        if self.inverted_file is None:
            return self.item_vectors[items]
        return self.inverted_file.vectors[self.inverted_file.rows[items]]

    def _overlaid(
        self,
        column: NDArray[Any],
        saved: NDArray[Any],
        items: Items,
        read_base: Callable[[Items], NDArray[Any]] | None = None,
    ) -> NDArray[Any]:
        """Return the rows of k items from the overlay where it has them, else from the column or `read_base`."""
        read_base = read_base or column.__getitem__
        if not len(self.overlay):
            return read_base(items)
        places = self.overlay.places_of(items)
        replaced = places >= 0
        result = np.empty((items.size, *column.shape[1:]), column.dtype)
        result[replaced] = saved[places[replaced]]
        result[~replaced] = read_base(items[~replaced])
        return result

    def _padded(self, table: NDArray[Any], items: Items, padding: int) -> NDArray[Any]:
        result = np.full((items.size, table.shape[1]), padding, table.dtype)
        known = items < self.n_base
        result[known] = table[items[known]]
        return result
