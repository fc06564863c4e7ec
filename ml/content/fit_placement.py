"""Fitting of the placement of products from known item vectors (worker only: needs scikit-learn)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.content.content_map import FEWEST_ITEMS, ContentFeatures, fit_content_map
from ml.content.fit_text_vectors import fit_projection
from ml.content.placement import Placement
from ml.content.terms import TermIndex
from ml.content.text_vectors import project


def fit_placement(
    terms: TermIndex, nodes: NDArray[np.int32], vectors: NDArray[np.float32], *, n_categories: int, seed: int = 0
) -> Placement:
    """Return the placement learned from those of n products whose vector, float32 [n, d], is not zero.

    nodes: int32 [n, depth], the categories on each product's path, -1 padding. With fewer than 10 such products the
    placement is zero. Linear in n.
    """
    known = np.flatnonzero(vectors.any(axis=1))
    if known.size < FEWEST_ITEMS:
        return Placement.zero(terms.n_terms, n_categories, vectors.shape[1])
    projection = fit_projection(terms, seed=seed)
    features = ContentFeatures(project(terms.rows.take(known), projection), nodes[known])
    return Placement(projection, fit_content_map(features, vectors[known], n_categories=n_categories, seed=seed))
