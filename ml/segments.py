"""Segments: k-means clusters of vectors, their number chosen by the silhouette (worker only: scikit-learn).

k-means: Lloyd, "Least Squares Quantization in PCM", IEEE Trans. Inf. Theory 28(2), 1982, started by k-means++.
Silhouette: Rousseeuw, "Silhouettes: A Graphical Aid to the Interpretation and Validation of Cluster Analysis",
J. Comput. Appl. Math. 20, 1987. Time and memory are linear in the number of vectors: quadratic steps use a sample.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import silhouette_score
from threadpoolctl import threadpool_limits

from ml.centroids import nearest_centroids

LEAST_SEGMENTS, MOST_SEGMENTS = 2, 12
STARTS, MOST_ROUNDS, TOLERANCE = 3, 50, 1e-3
VECTORS_SEARCHED = 10_000
VECTORS_COMPARED = 2_000
VECTORS_MAPPED = 1_500
Progress = Callable[[float, str], None]


class SegmentsError(ValueError):
    """The vectors cannot be clustered; the message shows what was expected and received."""


@dataclass(frozen=True, eq=False)
class Segments:
    """k segments of n vectors of d dimensions, the largest first.

    - `labels`: int32 [n], below k; `centroids`: float32 [k, d]; `sizes`: int64 [k], all > 0, summing to n;
    - `silhouettes`: mean silhouette in [-1, 1] of each number of segments tried;
    - `map_points`: float32 [m, 2], a sample of the vectors on their two principal axes; `map_rows`: int64 [m],
      ascending, the rows of the sample; `map_variance`: share of the variance, 0 to 1, that the two axes explain.
    """

    labels: NDArray[np.int32]
    centroids: NDArray[np.float32]
    sizes: NDArray[np.int64]
    silhouettes: Mapping[int, float] = field(default_factory=dict)
    map_points: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 2), np.float32))
    map_rows: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    map_variance: float = 0.0

    def __len__(self) -> int:
        return len(self.centroids)


def find_segments(
    vectors: NDArray[np.float32],
    *,
    least: int = LEAST_SEGMENTS,
    most: int = MOST_SEGMENTS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Segments:
    """Return the segments of n vectors, float32 [n, d]; their number, from least to most, has the best silhouette.

    Ties: the fewest. Without vectors there is no segment. There is one for fewer than three vectors or fewer different
    ones than `least`, or when no silhouette is above 0. Raise SegmentsError for wrong shapes, ranges and NaN.
    """
    _refuse(vectors, least, most)
    report = progress or (lambda fraction, text: None)
    if not len(vectors):
        return Segments(np.zeros(0, np.int32), np.zeros((0, vectors.shape[1]), np.float32), np.zeros(0, np.int64))
    rng = np.random.default_rng(seed)
    sample = vectors[_sampled(rng, len(vectors), VECTORS_SEARCHED)]
    centroids, silhouettes = _search(sample, least, most, rng, seed, report)
    if len(centroids) > 1 and len(vectors) > len(sample):
        report(0.7, "all vectors")
        centroids = _lloyd(vectors, len(centroids), init=centroids, n_init=1).cluster_centers_
    labels, centroids, sizes = _largest_first(vectors, np.asarray(centroids, np.float32))
    report(0.9, "map")
    rows = _sampled(rng, len(vectors), VECTORS_MAPPED)
    points, variance = _flat(vectors[rows])
    report(1.0, f"{len(centroids)} segments")
    return Segments(labels, centroids, sizes, silhouettes, points, rows, variance)


def _refuse(vectors: NDArray[np.float32], least: int, most: int) -> None:
    if vectors.ndim != 2 or not vectors.shape[1]:
        raise SegmentsError(f"expected vectors [n, d] with d >= 1, got {vectors.shape}")
    if not 2 <= least <= most:
        raise SegmentsError(f"expected 2 <= least <= most, got {least} and {most}")
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if broken.size:
        raise SegmentsError(f"vectors[{broken[0]}] holds NaN or infinity, expected finite numbers")


def _sampled(rng: np.random.Generator, count: int, most: int) -> NDArray[np.int64]:
    """Return up to `most` different numbers below count, ascending, int64."""
    if count <= most:
        return np.arange(count, dtype=np.int64)
    return np.sort(rng.choice(count, most, replace=False)).astype(np.int64)


def _search(
    sample: NDArray[np.float32], least: int, most: int, rng: np.random.Generator, seed: int, report: Progress
) -> tuple[NDArray[np.float32], dict[int, float]]:
    """Return the centroids of the best number of segments, float32 [k, d], and the silhouette of each number tried."""
    best, best_silhouette = sample.mean(axis=0, dtype=np.float64, keepdims=True).astype(np.float32), 0.0
    largest = min(most, len(np.unique(sample, axis=0)), len(sample) - 1)
    compared = _sampled(rng, len(sample), VECTORS_COMPARED)
    silhouettes: dict[int, float] = {}
    for number in range(least, largest + 1):
        report(0.7 * (number - least) / (largest + 1 - least), f"{number} segments")
        fitted = _lloyd(sample, number, n_init=STARTS, random_state=seed)
        if len(np.unique(fitted.labels_)) < number:
            break
        labels = fitted.labels_[compared]
        if not 1 < len(np.unique(labels)) < len(labels):
            continue
        silhouettes[number] = float(silhouette_score(sample[compared], labels))
        if silhouettes[number] > best_silhouette:
            best, best_silhouette = fitted.cluster_centers_, silhouettes[number]
    return best, silhouettes


def _lloyd(vectors: NDArray[np.float32], number: int, **options: Any) -> KMeans:
    """Fit in one thread, because on a busy machine several threads wait for each other longer than they compute.

    The warning about fewer different vectors than segments is ignored: the caller checks the labels.
    """
    model = KMeans(number, max_iter=MOST_ROUNDS, tol=TOLERANCE, **options)
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(vectors)


def _largest_first(
    vectors: NDArray[np.float32], centroids: NDArray[np.float32]
) -> tuple[NDArray[np.int32], NDArray[np.float32], NDArray[np.int64]]:
    """Return labels, centroids and sizes, the largest segment first; centroids without vectors are left out.

    Labels are those of `nearest_centroids`, so that a vector has the same segment later as in the fit.
    """
    sizes = np.bincount(nearest_centroids(vectors, centroids), minlength=len(centroids))
    kept = np.argsort(-sizes, kind="stable")[: np.count_nonzero(sizes)]
    ordered = centroids[kept]
    labels = nearest_centroids(vectors, ordered)
    return labels, ordered, np.bincount(labels, minlength=len(ordered)).astype(np.int64)


def _flat(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return vectors [m, d] on their two principal axes, float32 [m, 2], and the share of the variance explained.

    A missing axis (one dimension, one vector, or equal vectors) is 0.
    """
    points = np.zeros((len(vectors), 2), np.float32)
    if not np.ptp(vectors, axis=0).any():
        return points, 0.0
    axes = min(2, *vectors.shape)
    pca = PCA(axes, svd_solver="full")
    points[:, :axes] = pca.fit_transform(vectors.astype(np.float64))
    return points, float(min(pca.explained_variance_ratio_.sum(), 1.0))
