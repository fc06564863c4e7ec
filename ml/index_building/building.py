"""Putting a serving index together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml.content.fit_placement import fit_placement
from ml.content.fit_terms import fit_terms
from ml.content.placement import Placement
from ml.content.terms import TermIndex
from ml.hybrid_tower import HybridTower
from ml.index_building.baskets import Baskets, bought_with_from_baskets
from ml.index_building.inverted_file import fit_inverted_file
from ml.index_building.popularity import popularity_scale, popularity_scores, trending_scores
from ml.serving_index import ServingIndex
from ml.serving_index.categories import CategoryTree
from ml.serving_index.content_vectors import vector_of_content
from ml.serving_index.raw_ids import encode, sorting_order
from ml.serving_index.seasons import Seasons
from ml.serving_index.tables import ServingIndexError
from ml.serving_index.top_k import descending
from ml.user_tower import UserTower

Progress = Callable[[float, str], None]
Number = TypeVar("Number", np.int32, np.float32)


def build_serving_index(
    *,
    raw_ids: Sequence[str],
    documents: Sequence[str],
    item_category: NDArray[np.integer[Any]],
    category_ids: Sequence[str],
    category_parent: NDArray[np.integer[Any]],
    user_tower: UserTower | HybridTower,
    item_vectors: NDArray[np.float32],
    neighbours: NDArray[np.int32],
    similarities: NDArray[np.float32],
    star_sums: NDArray[np.floating[Any]],
    event_weights: NDArray[np.floating[Any]],
    trending_weights: NDArray[np.floating[Any]],
    baskets: Baskets | None = None,
    seasons: Seasons | None = None,
    shoppers: NDArray[np.float32] | None = None,
    max_terms: int = 50_000,
    progress: Progress | None = None,
) -> ServingIndex:
    """Return the checked serving index of n products; the first v of them, in this order, are the model's items.

    raw_ids, documents: n ids and texts; item_category: int [n], position in category_ids, -1 none; category_parent:
    int [c], -1 root; item_vectors: float32 [v, d], scaled so that none is longer than 1; neighbours, similarities:
    [v, k], -1 none; star_sums, event_weights (decayed slowly), trending_weights (decayed within days): float [n] >= 0,
    see `popularity_scores` and `trending_scores`; seasons: of the c categories, None: all factors are 1; shoppers:
    float32 [s, d], the vectors of some, by which a search of a large index is fitted, None: it reads all items.
    Products without a vector (beyond v, or a zero row) get their content vector. ServingIndexError or ValueError names
    what does not fit.
    """
    n_items = len(raw_ids)
    for name, length in (("documents", len(documents)), ("item_category", len(item_category))):
        if length != n_items:
            raise ServingIndexError(f"{name} has {length} entries, expected {n_items}")
    report = progress or (lambda fraction, text: None)
    report(0.0, "terms")
    terms = fit_terms(documents, max_terms=max_terms)
    report(0.4, "products bought together")
    nothing = np.zeros(0, np.int64)
    bought_with = bought_with_from_baskets(baskets or Baskets(nothing, nothing), n_items)
    scale = popularity_scale(star_sums, event_weights)
    parts: dict[str, Any] = {
        "item_category": np.asarray(item_category, np.int32),
        "popularity": popularity_scores(star_sums, event_weights),
        "trending": trending_scores(trending_weights),
    }
    tree: dict[str, Any] = {
        "category_ids": encode(category_ids),
        "category_parent": np.asarray(category_parent, np.int32),
        "seasons": replace(seasons or Seasons.none(len(category_ids)), popularity_scale=scale),
    }
    vectors = _lengthened(item_vectors, n_items, 0.0)
    vectors /= max(float(np.linalg.norm(vectors, axis=1).max(initial=0.0)), 1.0)
    report(0.5, "vectors of products without interactions")
    placement = _learned_placement(vectors, terms, parts["item_category"], tree["category_parent"])
    _fill_from_content(
        vectors, terms, parts, tree, placement, lambda fraction: report(0.6 + 0.35 * fraction, "content vectors")
    )
    index = _assembled(
        **parts,
        **tree,
        raw_ids=encode(raw_ids),
        item_vectors=vectors,
        neighbours=_lengthened(neighbours, n_items, -1),
        similarities=_lengthened(similarities, n_items, 0.0),
        bought_with=bought_with[0],
        bought_with_scores=bought_with[1],
        terms=terms,
        user_tower=user_tower,
        placement=placement,
    )
    if shoppers is not None:
        report(0.95, "lists of near products")
        index = replace(index, inverted_file=fit_inverted_file(vectors, shoppers))
    index.check_values()
    report(1.0, "index built")
    return index


def _assembled(**parts: Any) -> ServingIndex:
    """Return the index of these parts, the orders and the members of each category worked out."""
    try:
        tree = CategoryTree(parts["category_parent"])
        indptr, members = _members(tree, parts["item_category"], parts["popularity"])
    except (IndexError, ValueError) as error:
        raise ServingIndexError(f"categories: {error}") from error
    return ServingIndex(
        **parts,
        id_order=sorting_order(parts["raw_ids"]),
        category_order=sorting_order(parts["category_ids"]),
        popular_order=descending(parts["popularity"]),
        trending_order=descending(parts["trending"]),
        category_indptr=indptr,
        category_items=members,
    )


def _members(
    tree: CategoryTree, item_category: NDArray[np.int32], popularity: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the items of each category and its descendants, most popular first, ties by lower item: indptr, items."""
    known = np.flatnonzero(item_category >= 0)
    paths = tree.paths[item_category[known]]
    rows, depths = np.nonzero(paths >= 0)
    categories, items = paths[rows, depths], known[rows]
    order = np.lexsort((items, -popularity[items], categories))
    indptr = np.zeros(len(tree) + 1, np.int64)
    np.cumsum(np.bincount(categories, minlength=len(tree)), out=indptr[1:])
    return indptr, items[order].astype(np.int32)


def _learned_placement(
    vectors: NDArray[np.float32],
    terms: TermIndex,
    item_category: NDArray[np.int32],
    category_parent: NDArray[np.int32],
) -> Placement:
    """Return the placement learned from the rows of `vectors`, float32 [n, d], that are not zero."""
    try:
        nodes = CategoryTree(category_parent).paths_of(item_category)
    except (IndexError, ValueError) as error:
        raise ServingIndexError(f"categories: {error}") from error
    return fit_placement(terms, nodes, vectors, n_categories=category_parent.size)


def _fill_from_content(
    vectors: NDArray[np.float32],
    terms: TermIndex,
    parts: dict[str, Any],
    tree: dict[str, Any],
    placement: Placement,
    report: Callable[[float], None],
) -> None:
    """Give the zero rows of `vectors`, float32 [n, d], their content vectors, from the rows that are not zero."""
    has_vector = vectors.any(axis=1)
    trained, cold = np.flatnonzero(has_vector), np.flatnonzero(~has_vector)
    if not trained.size or not cold.size:
        return
    n_dimensions = vectors.shape[1]
    rows = terms.rows.take(trained)
    none = np.zeros((trained.size, 0), np.int32)
    no_scores = none.astype(np.float32)
    no_tower = UserTower(
        (np.zeros((0, n_dimensions), np.float32),), (np.zeros(n_dimensions, np.float32),), True, False, True
    )
    teachers = _assembled(
        **{name: column[trained] for name, column in parts.items()},
        **tree,
        raw_ids=encode([str(item) for item in trained.tolist()]),
        item_vectors=vectors[trained],
        neighbours=none,
        similarities=no_scores,
        bought_with=none,
        bought_with_scores=no_scores,
        terms=TermIndex(terms.terms, terms.idf, rows, rows.transposed(terms.n_terms)),
        user_tower=no_tower,
        placement=placement,
    )
    for number, item in enumerate(cold.tolist()):
        row = terms.rows.take(np.array([item]))
        category = int(parts["item_category"][item])
        vectors[item] = vector_of_content(teachers, row.indices, row.values, category if category >= 0 else None)
        if number % 1000 == 0:
            report(number / cold.size)


def _lengthened(table: NDArray[Number], n_items: int, padding: float) -> NDArray[Number]:
    """Return a table [v, k] with padding rows added, [n_items, k]."""
    if table.ndim != 2 or len(table) > n_items:
        raise ServingIndexError(f"a table of the model has shape {table.shape}, expected at most {n_items} rows")
    return np.concatenate([table, np.full((n_items - len(table), table.shape[1]), padding, table.dtype)])
