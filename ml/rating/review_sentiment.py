"""Sentiment of reviews: the stars predicted from their words (worker only: needs scikit-learn).

It is a feature of the earlier reviews of an item or a user. The review of the rating to be predicted is never read.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

N_FOLDS = 5
RIDGE = 2.0
MOST_TERMS = 30_000
FEWEST_TEXTS = 50


def sentiments_of(texts: Sequence[str], stars: NDArray[np.float32], *, seed: int) -> NDArray[np.float64]:
    """Return the sentiment of n reviews in stars, float64 [n], each from a ridge regression on the other folds.

    With too few reviews, or without common words, all have the mean.
    """
    mean = float(stars.mean())
    sentiments = np.full(len(texts), mean)
    if sum(bool(text.strip()) for text in texts) < FEWEST_TEXTS:
        return sentiments
    vectorizer = TfidfVectorizer(min_df=3, ngram_range=(1, 2), sublinear_tf=True, max_features=MOST_TERMS)
    try:
        rows = vectorizer.fit_transform(texts)
    except ValueError:  # raised when no term is in three reviews
        return sentiments
    fold = np.random.default_rng(seed).permutation(len(texts)) % N_FOLDS
    for number in range(N_FOLDS):
        others, own = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        regression = Ridge(RIDGE, solver="sparse_cg", random_state=seed).fit(rows[others], stars[others])
        sentiments[own] = regression.predict(rows[own])
    return sentiments
