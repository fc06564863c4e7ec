"""Fit the terms of a catalogue (worker only: needs scikit-learn)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from ml.content.sparse_rows import SparseRows
from ml.content.terms import TermIndex, tokenize


def fit_terms(documents: Sequence[str], *, max_terms: int = 50_000) -> TermIndex:
    """Return the terms of n documents, document i being item i; the max_terms most frequent terms are kept.

    Smooth idf, ln((1 + n) / (1 + documents with the term)) + 1, and logarithmic term frequency. Without a single term
    the index has n empty rows.
    """
    if max_terms < 1:
        raise ValueError(f"max_terms is {max_terms}, expected at least 1")
    if not any(tokenize(document) for document in documents):
        return _without_terms(len(documents))
    vectorizer = TfidfVectorizer(
        tokenizer=tokenize, token_pattern=None, lowercase=False, sublinear_tf=True, max_features=max_terms
    )
    matrix = vectorizer.fit_transform(documents)
    matrix.sort_indices()
    terms = [term.encode() for term in vectorizer.get_feature_names_out()]
    rows = SparseRows(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32))
    return TermIndex(np.array(terms), vectorizer.idf_.astype(np.float32), rows, rows.transposed(len(terms)))


def _without_terms(n_items: int) -> TermIndex:
    nothing = np.zeros(0, np.int32), np.zeros(0, np.float32)
    rows = SparseRows(np.zeros(n_items + 1, np.int64), *nothing)
    return TermIndex(np.zeros(0, "S1"), np.zeros(0, np.float32), rows, SparseRows(np.zeros(1, np.int64), *nothing))
