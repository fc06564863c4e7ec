"""Text vectors of items: title, description and earlier reviews."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.content.fit_text_vectors import fit_text_vectors
from ml.content.text_vectors import N_DIMENSIONS
from ml.rating.history_sums import sums_of_all, sums_of_earlier, sums_of_others
from ml.rating.ratings import Ratings


def text_vectors(ratings: Ratings, *, use_reviews: bool, seed: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the item's vector before every rating, float32 [n, 64], and after all, float32 [n_items, 64].

    It is the mean of the vectors of its texts, zero without any. Without timestamps all other reviews count as earlier.
    A rating's own review is never in its vector.
    """
    n, n_items = len(ratings), ratings.n_items
    titles = ratings.content.texts if ratings.content is not None else ("",) * n_items
    reviews = ratings.review_texts if use_reviews and ratings.review_texts is not None else ("",) * n
    vectors = fit_text_vectors((*titles, *reviews), n_dimensions=N_DIMENSIONS, seed=seed).vectors
    of_title, of_review = _with_count(vectors[:n_items]), _with_count(vectors[n_items:])
    if ratings.timestamps is None:
        before = sums_of_others(ratings.items, of_review, n_items)
    else:
        before = sums_of_earlier(ratings.items, of_review, ratings.timestamps)
    after = sums_of_all(ratings.items, of_review, n_items)
    return _means(of_title[ratings.items] + before), _means(of_title + after)


def _with_count(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return vectors [n, d] with a last column that is 1 for a non-zero vector."""
    return np.column_stack([vectors, vectors.any(axis=1)]).astype(np.float64)


def _means(sums: NDArray[np.float64]) -> NDArray[np.float32]:
    return np.asarray(sums[:, :-1] / np.maximum(sums[:, -1:], 1), np.float32)
