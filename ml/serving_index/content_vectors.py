"""Where a product nobody has touched yet starts: among the products that resemble it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.content.sparse_rows import SparseRows
from ml.content.unit_length import unit_rows
from ml.serving_index.index import ServingIndex
from ml.serving_index.top_k import top_k

NEAREST = 20
KEYWORD_CANDIDATES = 200
CATEGORY_CANDIDATES = 50


def content_vector(index: ServingIndex, text: str, category_id: str | None) -> NDArray[np.float32]:
    """Return where a product of this text and category starts, float32 [d], as long as the vectors around it.

    Half of the direction is the mean of the vectors of the 20 base products most like it, half what the index's
    placement learned (docs/decisions/005). Likeness, which is each one's weight: cosine of the terms + cosine of the
    category paths. Looked for among 200 keyword matches and the category's 50 most popular. The zero vector when
    nothing resembles it.
    """
    return vector_of_content(index, *index.terms.vectorise(text), index.category_index_of(category_id))


def vector_of_content(
    index: ServingIndex, terms: NDArray[np.int32], weights: NDArray[np.float32], category: int | None
) -> NDArray[np.float32]:
    """Return what `content_vector` does, from a term row (int32 [k], float32 [k], unit length) and a category."""
    found = [index.keyword_matches(terms, weights, KEYWORD_CANDIDATES)]
    if category is not None:
        found.append(index.popular(CATEGORY_CANDIDATES, category))
    candidates = np.unique(np.concatenate(found))
    candidates = candidates[index.overlay.places_of(candidates) < 0]  # a guess must not rest on guesses
    vectors = index.vectors_of(candidates)
    known = vectors.any(axis=1)
    candidates, vectors = candidates[known], vectors[known]
    column = np.zeros(index.terms.n_terms)
    column[terms] = weights
    nodes = index.categories.node_weights(np.array([-1 if category is None else category]), np.ones(1))
    likeness = index.terms_of(candidates).dot(column)
    likeness += index.categories.affinities(nodes, index.categories_of(candidates))
    nearest = top_k(likeness, NEAREST)
    shares = likeness[nearest] / max(float(likeness[nearest].sum()), 1e-12)
    learned = index.placement.vectors(
        SparseRows(np.array([0, terms.size]), terms, weights),
        index.categories.paths_of(np.array([-1 if category is None else category])),
    )
    halves = np.stack([shares @ vectors[nearest], learned[0]]).astype(np.float32)
    length = shares @ np.linalg.norm(vectors[nearest], axis=1)
    return np.asarray(unit_rows(unit_rows(halves).sum(axis=0, keepdims=True))[0] * length, np.float32)
