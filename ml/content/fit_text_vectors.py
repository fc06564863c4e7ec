"""Fitting of the text vectors of a catalogue (worker only: needs scikit-learn)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.utils.extmath import randomized_svd

from ml.content.fit_terms import fit_terms
from ml.content.terms import TermIndex
from ml.content.text_vectors import N_DIMENSIONS, TextVectors, project

MAX_TERMS = 20_000
POWER_ITERATIONS = 4
# A singular value below this share of the largest is a rounding error.
NEGLIGIBLE = 1e-5


def fit_text_vectors(
    texts: Sequence[str], *, n_dimensions: int = N_DIMENSIONS, seed: int = 0, max_terms: int = MAX_TERMS
) -> TextVectors:
    """Return the vectors of n texts (a product's title and description), `vectors` row i being text i.

    TF-IDF rows as `fit_terms` makes them, times their first n_dimensions right singular vectors, scaled to length 1:
    latent semantic analysis (Deerwester et al., JASIS 41(6), 1990). Where the rank is lower (fewer
    texts or terms), the remaining columns are zero. Raise ValueError for n_dimensions below 1.
    """
    terms = fit_terms(texts, max_terms=max_terms)
    projection = fit_projection(terms, n_dimensions=n_dimensions, seed=seed)
    return TextVectors(TermIndex.without_items(terms.terms, terms.idf), projection, project(terms.rows, projection))


def fit_projection(terms: TermIndex, *, n_dimensions: int = N_DIMENSIONS, seed: int = 0) -> NDArray[np.float32]:
    """Return the first right singular vectors of the items' term rows, float32 [t, n_dimensions].

    Randomised (Halko et al., SIAM Review 53(2), 2011): linear in the entries; the same seed gives the same directions.
    """
    if n_dimensions < 1:
        raise ValueError(f"n_dimensions is {n_dimensions}, expected at least 1")
    projection = np.zeros((terms.n_terms, n_dimensions), np.float32)
    rank = min(n_dimensions, terms.n_terms, terms.n_items)
    if rank:
        rows = terms.rows
        matrix = sparse.csr_matrix((rows.values, rows.indices, rows.indptr), shape=(terms.n_items, terms.n_terms))
        _, strengths, directions = randomized_svd(matrix, rank, n_iter=POWER_ITERATIONS, random_state=seed)
        real = strengths > NEGLIGIBLE * strengths[0]
        projection[:, : int(real.sum())] = directions[real].T
    return projection
