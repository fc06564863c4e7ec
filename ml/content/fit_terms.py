"""Fitting of the terms of a catalogue (worker only: needs scikit-learn)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer

from ml.content.rows import SparseRows
from ml.content.terms import TermIndex, tokenize, weigh


def fit_terms(documents: Sequence[str], *, max_terms: int = 50_000) -> TermIndex:
    """Return the terms of n documents, document i being item i; the max_terms most frequent terms are kept.

    idf = ln((1 + n) / (1 + documents with the term)) + 1, smoothed as scikit-learn does. Without any term the
    index has n empty rows. Raise ValueError for max_terms below 1.
    """
    if max_terms < 1:
        raise ValueError(f"max_terms is {max_terms}, expected at least 1")
    if not any(tokenize(document) for document in documents):
        return _without_terms(len(documents))
    vectorizer = CountVectorizer(tokenizer=tokenize, token_pattern=None, lowercase=False, max_features=max_terms)
    matrix = vectorizer.fit_transform(documents)
    matrix.sort_indices()
    terms = [term.encode() for term in vectorizer.get_feature_names_out()]
    holders = np.bincount(matrix.indices, minlength=len(terms))
    idf = (np.log((1 + len(documents)) / (1 + holders)) + 1.0).astype(np.float32)
    counts = SparseRows(matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data.astype(np.float32))
    rows = weigh(counts, idf)
    return TermIndex(np.array(terms), idf, rows, rows.transposed(len(terms)))


def _without_terms(n_items: int) -> TermIndex:
    nothing = np.zeros(0, np.int32), np.zeros(0, np.float32)
    rows = SparseRows(np.zeros(n_items + 1, np.int64), *nothing)
    return TermIndex(np.zeros(0, "S1"), np.zeros(0, np.float32), rows, SparseRows(np.zeros(1, np.int64), *nothing))
