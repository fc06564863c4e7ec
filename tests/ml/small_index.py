"""Serving indexes of a few products whose every number is known."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from ml.index_building import CatalogueTables, DemandTables, ModelTables, build_serving_index
from ml.serving_index import ServingIndex
from ml.serving_index.seasons import Seasons
from ml.user_tower import UserTower


def summing_tower(vectors: np.ndarray) -> UserTower:
    """Return a tower whose vector is the sum of the items' vectors, scaled to length 1."""
    return UserTower((vectors,), (np.zeros(vectors.shape[1], np.float32),), False, False, True)


def small_index(
    vectors: Sequence[Sequence[float]] | np.ndarray,
    *,
    documents: Sequence[str] | None = None,
    categories: Sequence[str | None] | None = None,
    parents: Mapping[str, str | None] | None = None,
    **changes: Any,
) -> ServingIndex:
    """Return an index of the products p0, p1, ...; `changes` replace fields of its tables, or arguments of
    `build_serving_index`.

    categories: the name of each product's category; parents: each category's parent, all roots when left out.
    """
    item_vectors = np.array(vectors, np.float32)
    count = len(documents) if documents is not None else len(item_vectors)
    named = list(categories or [None] * count)
    tree = dict(parents or dict.fromkeys(sorted({name for name in named if name})))
    places = {name: place for place, name in enumerate(tree)}
    arguments: dict[str, Any] = {
        "raw_ids": [f"p{item}" for item in range(count)],
        "texts": documents or [""] * count,
        "item_category": np.array([places.get(name or "", -1) for name in named], np.int32),
        "category_ids": list(tree),
        "category_parent": np.array([places.get(parent or "", -1) for parent in tree.values()], np.int32),
        "user_tower": summing_tower(item_vectors),
        "item_vectors": item_vectors,
        "neighbours": np.zeros((len(item_vectors), 0), np.int32),
        "similarities": np.zeros((len(item_vectors), 0), np.float32),
        "stars": np.zeros(count),
        "event_weights": np.zeros(count),
        "trending_weights": np.zeros(count),
    }
    arguments |= changes
    tables: list[Any] = [
        kind(**{field.name: arguments.pop(field.name) for field in fields(kind) if field.name in arguments})
        for kind in (CatalogueTables, ModelTables, DemandTables)
    ]
    return build_serving_index(*tables, **arguments)


def gifts_in_december(**changes: Any) -> ServingIndex:
    """Return p0 and p1, gifts, twice as much in demand in December; p2, a tool; p3, without a category.

    Popularity is 0.9, 0.45, 1 and 0.5, of ln(1 + count) / 4.
    """
    seasons = Seasons.none(2)
    seasons.months[0, 11] = 2.0
    categories = ["gifts", "gifts", "tools", None]
    stars = np.expm1([3.6, 1.8, 4.0, 2.0])
    return small_index(np.eye(4), categories=categories, stars=stars, seasons=seasons, **changes)


def ints(*values: int) -> np.ndarray:
    """Return int32 [k]."""
    return np.array(values, np.int32)


def floats(*values: float) -> np.ndarray:
    """Return float32 [k]."""
    return np.array(values, np.float32)
