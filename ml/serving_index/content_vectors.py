"""Content vectors: initial vectors of products without interactions, from the products most similar to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import SparseRows, unit_rows
from ml.serving_index.index import ServingIndex
from ml.serving_index.top_k import top_k

NEAREST = 20
KEYWORD_CANDIDATES = 200
CATEGORY_CANDIDATES = 50


def content_vector(index: ServingIndex, text: str, category_id: str | None) -> NDArray[np.float32]:
    """Return the content vector of a product of this text and category, float32 [d].

    Half of its direction is the mean of the vectors of the 20 most similar base products, weighted by similarity, half
    comes from the index's placement (docs/decisions/005). Its length is the weighted mean of theirs. Similarity: cosine
    of the terms + cosine of the category paths. The products are found among 200 keyword matches and the 50 most
    popular of the category. Without any similar product the vector is zero.
    """
    return vector_of_content(index, *index.terms.vectorise(text), index.category_index_of(category_id))


def vector_of_content(
    index: ServingIndex, terms: NDArray[np.int32], weights: NDArray[np.float32], category: int | None
) -> NDArray[np.float32]:
    """Return the content vector for a term row (int32 [k], float32 [k], unit length) and a category."""
    matches = [index.keyword_matches(terms, weights, KEYWORD_CANDIDATES)]
    if category is not None:
        matches.append(index.popular(CATEGORY_CANDIDATES, category))
    candidates = np.unique(np.concatenate(matches))
    candidates = candidates[index.overlay.places_of(candidates) < 0]  # their own vectors are estimates
    vectors = index.vectors_of(candidates)
    known = vectors.any(axis=1)
    candidates, vectors = candidates[known], vectors[known]
    column = np.zeros(index.terms.n_terms)
    column[terms] = weights
    nodes = index.categories.node_weights(np.array([-1 if category is None else category]), np.ones(1))
    similarity = index.terms_of(candidates).dot(column)
    similarity += index.categories.affinities(nodes, index.categories_of(candidates))
    nearest = top_k(similarity, NEAREST)
    shares = similarity[nearest] / max(float(similarity[nearest].sum()), 1e-12)
    learned = index.placement.vectors(
        SparseRows(np.array([0, terms.size]), terms, weights),
        index.categories.paths_of(np.array([-1 if category is None else category])),
    )
    halves = np.stack([shares @ vectors[nearest], learned[0]]).astype(np.float32)
    length = shares @ np.linalg.norm(vectors[nearest], axis=1)
    return np.asarray(unit_rows(unit_rows(halves).sum(axis=0, keepdims=True))[0] * length, np.float32)
