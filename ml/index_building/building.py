"""Assembly of a serving index."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ml.content.fit_placement import fit_placement
from ml.content.fit_terms import fit_terms
from ml.content.placement import Placement
from ml.content.terms import TermIndex
from ml.index_building.baskets import Baskets, bought_with_from_baskets
from ml.index_building.inputs import CatalogueTables, DemandTables, ModelTables
from ml.index_building.inverted_file import fit_inverted_file
from ml.index_building.popularity import popularity_scale, popularity_scores, trending_scores
from ml.serving_index import ServingIndex
from ml.serving_index.categories import CategoryTree
from ml.serving_index.content_vectors import vector_of_content
from ml.serving_index.seasons import Seasons
from ml.serving_index.tables import ServingIndexError, encode_raw_ids, sorting_order
from ml.serving_index.top_k import descending
from ml.user_tower import UserTower

Progress = Callable[[float, str], None]
Number = TypeVar("Number", np.int32, np.float32)


def build_serving_index(
    catalogue: CatalogueTables,
    model: ModelTables,
    demand: DemandTables,
    *,
    max_terms: int = 50_000,
    progress: Progress | None = None,
) -> ServingIndex:
    """Return the checked serving index of the catalogue's n products.

    Products without a vector (those beyond the model's items, and zero rows) get their content vector. Raise
    ServingIndexError or ValueError for tables that do not fit together.
    """
    n_items = len(catalogue)
    report = progress or (lambda fraction, text: None)
    report(0.0, "terms")
    terms = fit_terms(catalogue.texts, max_terms=max_terms)
    report(0.4, "products bought together")
    nothing = np.zeros(0, np.int64)
    bought_with = bought_with_from_baskets(demand.baskets or Baskets(nothing, nothing), n_items)
    columns: dict[str, Any] = {
        "item_category": catalogue.item_category,
        "popularity": popularity_scores(catalogue.stars, demand.event_weights),
        "trending": trending_scores(demand.trending_weights),
    }
    tree: dict[str, Any] = {
        "category_ids": encode_raw_ids(catalogue.category_ids),
        "category_parent": catalogue.category_parent,
        "seasons": replace(
            demand.seasons or Seasons.none(len(catalogue.category_ids)),
            popularity_scale=popularity_scale(catalogue.stars, demand.event_weights),
        ),
    }
    vectors = _padded(model.item_vectors, n_items, 0.0)
    vectors /= max(float(np.linalg.norm(vectors, axis=1).max(initial=0.0)), 1.0)
    report(0.5, "vectors of products without interactions")
    placement = _learn_placement(vectors, terms, columns["item_category"], tree["category_parent"])
    _fill_from_content(vectors, terms, columns, tree | {"placement": placement}, report)
    index = _assemble(
        **columns,
        **tree,
        raw_ids=encode_raw_ids(catalogue.raw_ids),
        item_vectors=vectors,
        neighbours=_padded(model.neighbours, n_items, -1),
        similarities=_padded(model.similarities, n_items, 0.0),
        bought_with=bought_with[0],
        bought_with_scores=bought_with[1],
        terms=terms,
        user_tower=model.user_tower,
        placement=placement,
    )
    if model.shoppers is not None:
        report(0.95, "inverted file of the item vectors")
        index = replace(index, inverted_file=fit_inverted_file(vectors, model.shoppers))
    index.check_values()
    report(1.0, "index built")
    return index


def _assemble(**tables: Any) -> ServingIndex:
    """Return the index of these tables; derive the sorting orders and the members of each category."""
    try:
        tree = CategoryTree(tables["category_parent"])
        indptr, members = _members(tree, tables["item_category"], tables["popularity"])
    except (IndexError, ValueError) as error:
        raise ServingIndexError(f"categories: {error}") from error
    return ServingIndex(
        **tables,
        id_order=sorting_order(tables["raw_ids"]),
        category_order=sorting_order(tables["category_ids"]),
        popular_order=descending(tables["popularity"]),
        trending_order=descending(tables["trending"]),
        category_indptr=indptr,
        category_items=members,
    )


def _members(
    tree: CategoryTree, item_category: NDArray[np.int32], popularity: NDArray[np.float32]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return indptr and the items of each category and its descendants, most popular first, ties by lower item."""
    known = np.flatnonzero(item_category >= 0)
    paths = tree.paths[item_category[known]]
    rows, depths = np.nonzero(paths >= 0)
    categories, items = paths[rows, depths], known[rows]
    order = np.lexsort((items, -popularity[items], categories))
    indptr = np.zeros(len(tree) + 1, np.int64)
    np.cumsum(np.bincount(categories, minlength=len(tree)), out=indptr[1:])
    return indptr, items[order].astype(np.int32)


def _learn_placement(
    vectors: NDArray[np.float32],
    terms: TermIndex,
    item_category: NDArray[np.int32],
    category_parent: NDArray[np.int32],
) -> Placement:
    """Return the placement learned from the non-zero rows of `vectors`, float32 [n, d]."""
    try:
        nodes = CategoryTree(category_parent).paths_of(item_category)
    except (IndexError, ValueError) as error:
        raise ServingIndexError(f"categories: {error}") from error
    return fit_placement(terms, nodes, vectors, n_categories=category_parent.size)


def _fill_from_content(
    vectors: NDArray[np.float32],
    terms: TermIndex,
    columns: dict[str, Any],
    shared: dict[str, Any],
    report: Progress,
) -> None:
    """Set the zero rows of `vectors`, float32 [n, d], to content vectors computed from the non-zero rows.

    - `columns`: tables with a row per product; `shared`: tables of the categories, and the placement.
    """
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
    trained_index = _assemble(
        **{name: column[trained] for name, column in columns.items()},
        **shared,
        raw_ids=encode_raw_ids([str(item) for item in trained.tolist()]),
        item_vectors=vectors[trained],
        neighbours=none,
        similarities=no_scores,
        bought_with=none,
        bought_with_scores=no_scores,
        terms=TermIndex(terms.terms, terms.idf, rows, rows.transposed(terms.n_terms)),
        user_tower=no_tower,
    )
    for number, item in enumerate(cold.tolist()):
        row = terms.rows.take(np.array([item]))
        category = int(columns["item_category"][item])
        vectors[item] = vector_of_content(trained_index, row.indices, row.values, category if category >= 0 else None)
        if number % 1000 == 0:
            report(0.6 + 0.35 * number / cold.size, "content vectors")


def _padded(table: NDArray[Number], n_items: int, padding: float) -> NDArray[Number]:
    """Return a table [v, k] with rows of padding appended, [n_items, k]."""
    if table.ndim != 2 or len(table) > n_items:
        raise ServingIndexError(f"a table of the model has shape {table.shape}, expected at most {n_items} rows")
    return np.concatenate([table, np.full((n_items - len(table), table.shape[1]), padding, table.dtype)])
