"""Ridge regression from the content of products to item vectors.

Formula: Hoerl and Kennard, "Ridge Regression", Technometrics 12(1), 1970; for new items of a factor model:
Gantner et al., "Learning Attribute-to-Feature Mappings for Cold-Start Recommendations", ICDM 2010.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

PENALTIES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
HELD_OUT = 0.2
FEWEST_ITEMS = 10
MOST_NODES = 512
ITEMS_PER_BLOCK = 4_096


@dataclass(frozen=True, eq=False)
class ContentFeatures:
    """Features of n products. Raise ValueError when the shapes do not fit.

    - `dense`: float32 [n, f], text vectors, followed by image vectors if any;
    - `nodes`: int32 [n, depth], positions of the categories on each product's path, -1 padding.
    """

    dense: NDArray[np.float32]
    nodes: NDArray[np.int32]

    def __post_init__(self) -> None:
        if self.dense.ndim != 2 or self.nodes.ndim != 2 or len(self.dense) != len(self.nodes):
            raise ValueError(f"expected dense [n, f] and nodes [n, depth], got {self.dense.shape}, {self.nodes.shape}")

    def __len__(self) -> int:
        return len(self.dense)

    def take(self, items: NDArray[np.integer[Any]]) -> ContentFeatures:
        """Return the features of k products, int [k], in that order."""
        return ContentFeatures(self.dense[items], self.nodes[items])

    @property
    def are_known(self) -> NDArray[np.bool_]:
        """Whether each product has any feature, bool [n]."""
        known: NDArray[np.bool_] = np.logical_or(self.dense.any(axis=1), (self.nodes >= 0).any(axis=1))
        return known


@dataclass(frozen=True, eq=False)
class ContentMap:
    """Coefficients of the regression. Raise ValueError when the shapes do not fit.

    - `dense_kernel`: float32 [f, d]; `node_kernel`: float32 [c, d], zero for categories too small to learn from;
    - `intercept`: float32 [d].
    """

    dense_kernel: NDArray[np.float32]
    node_kernel: NDArray[np.float32]
    intercept: NDArray[np.float32]

    def __post_init__(self) -> None:
        shapes = [kernel.shape[1:] for kernel in (self.dense_kernel, self.node_kernel)]
        if self.intercept.ndim != 1 or shapes != [self.intercept.shape] * 2:
            raise ValueError(
                f"expected kernels [f, d] and [c, d] and intercept [d], got {self.dense_kernel.shape},"
                f" {self.node_kernel.shape} and {self.intercept.shape}"
            )

    def vectors(self, features: ContentFeatures) -> NDArray[np.float32]:
        """Return the predicted item vectors of n products, float32 [n, d]; zero for those without features."""
        vectors = features.dense @ self.dense_kernel + self.intercept
        for level in features.nodes.T:
            present = np.flatnonzero(level >= 0)
            vectors[present] += self.node_kernel[level[present]]
        vectors[~features.are_known] = 0.0
        return np.asarray(vectors, np.float32)

    def to_arrays(self, prefix: str = "content_map_") -> dict[str, NDArray[Any]]:
        """Return all parts as arrays whose names start with prefix."""
        return {
            f"{prefix}dense_kernel": self.dense_kernel,
            f"{prefix}node_kernel": self.node_kernel,
            f"{prefix}intercept": self.intercept,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "content_map_") -> Self:
        """Return the map that `to_arrays` wrote. Raise KeyError for a missing part."""
        return cls(arrays[f"{prefix}dense_kernel"], arrays[f"{prefix}node_kernel"], arrays[f"{prefix}intercept"])

    @classmethod
    def zero(cls, n_features: int, n_categories: int, n_dimensions: int) -> Self:
        """Return the map whose vectors are all zero."""
        return cls(*(np.zeros(shape, np.float32) for shape in _shapes(n_features, n_categories, n_dimensions)))


def fit_content_map(
    features: ContentFeatures, targets: NDArray[np.float32], *, n_categories: int, seed: int = 0
) -> ContentMap:
    """Return the ridge regression from n products' features to their vectors, float32 [n, d], of any length.

    The penalty of PENALTIES with the least error on a held-out fifth is chosen; the map is then fitted on all products.
    The 512 largest categories with at least two products take part. Below 10 products the map is zero. Linear in n.
    Raise ValueError when the shapes do not fit.
    """
    if targets.ndim != 2 or len(targets) != len(features):
        raise ValueError(f"expected targets [{len(features)}, d], got {targets.shape}")
    n_dense, n_dimensions = features.dense.shape[1], targets.shape[1]
    if len(features) < FEWEST_ITEMS:
        return ContentMap.zero(n_dense, n_categories, n_dimensions)
    learned = _learned_nodes(features.nodes, n_categories)
    order = np.random.default_rng(seed).permutation(len(features))
    edge = max(1, int(len(order) * HELD_OUT))
    held_out, kept = (_Sums.of(features.take(part), targets[part], learned) for part in (order[:edge], order[edge:]))
    solve = _solver(kept)
    errors = [held_out.squared_error(*solve(penalty)) for penalty in PENALTIES]
    scale = len(order) / (len(order) - edge)  # the penalty grows with the sums
    kernel, intercept = _solver(kept.plus(held_out))(PENALTIES[int(np.argmin(errors))] * scale)
    node_kernel = np.zeros((n_categories, n_dimensions), np.float32)
    node_kernel[learned] = kernel[n_dense:]
    return ContentMap(kernel[:n_dense].astype(np.float32), node_kernel, intercept.astype(np.float32))


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums over n products of their features x, float64 [f], and vectors y, [d]: x x', x y', x, y, and y'y and n."""

    xx: NDArray[np.float64]
    xy: NDArray[np.float64]
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    yy: float
    count: int

    @classmethod
    def of(cls, features: ContentFeatures, targets: NDArray[np.float32], learned: NDArray[np.int64]) -> _Sums:
        width, n_dimensions = features.dense.shape[1] + learned.size, targets.shape[1]
        square, flat = np.zeros((width, width)), np.zeros((width, n_dimensions))
        total = cls(square, flat, np.zeros(width), np.zeros(n_dimensions), 0.0, 0)
        for rows, x in _blocks(features, learned):
            y = targets[rows].astype(np.float64)
            total = total.plus(cls(x.T @ x, x.T @ y, x.sum(axis=0), y.sum(axis=0), float((y * y).sum()), len(y)))
        return total

    def plus(self, other: _Sums) -> _Sums:
        return _Sums(
            self.xx + other.xx,
            self.xy + other.xy,
            self.x + other.x,
            self.y + other.y,
            self.yy + other.yy,
            self.count + other.count,
        )

    def squared_error(self, kernel: NDArray[np.float64], intercept: NDArray[np.float64]) -> float:
        """Return the sum over the products of |x kernel + intercept - y| squared."""
        predicted = float((kernel * (self.xx @ kernel)).sum() + 2 * (self.x @ kernel) @ intercept)
        predicted += self.count * float(intercept @ intercept)
        return predicted - 2 * float((kernel * self.xy).sum() + self.y @ intercept) + self.yy


def _solver(sums: _Sums) -> Callable[[float], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return a function of the penalty that gives kernel, float64 [f, d], and unpenalised intercept, [d]."""
    mean_x, mean_y = sums.x / sums.count, sums.y / sums.count
    strengths, directions = np.linalg.eigh(sums.xx - sums.count * np.outer(mean_x, mean_x))
    turned = directions.T @ (sums.xy - sums.count * np.outer(mean_x, mean_y))

    def solve(penalty: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        kernel = directions @ (turned / (np.maximum(strengths, 0.0) + penalty)[:, None])
        return kernel, mean_y - mean_x @ kernel

    return solve


def _learned_nodes(nodes: NDArray[np.int32], n_categories: int) -> NDArray[np.int64]:
    """Return the MOST_NODES categories with most products, at least two each, ascending, int64 [k]."""
    counts = np.bincount(nodes[nodes >= 0], minlength=n_categories)
    largest = np.argsort(-counts, kind="stable")[:MOST_NODES]
    return np.sort(largest[counts[largest] >= 2])


def _blocks(
    features: ContentFeatures, learned: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Yield rows and their features, float64 [b, f + k]: the dense ones, then 1 per learned category of the path."""
    n_dense = features.dense.shape[1]
    column = np.full(max(int(features.nodes.max(initial=-1)), int(learned.max(initial=-1))) + 2, -1)
    column[learned] = np.arange(learned.size)  # index -1 (none) stays -1
    for start in range(0, len(features), ITEMS_PER_BLOCK):
        rows = np.arange(start, min(start + ITEMS_PER_BLOCK, len(features)))
        block = np.zeros((rows.size, n_dense + learned.size))
        block[:, :n_dense] = features.dense[rows]
        columns = column[features.nodes[rows]]
        places, levels = np.nonzero(columns >= 0)
        block[places, n_dense + columns[places, levels]] = 1.0
        yield rows, block


def _shapes(n_features: int, n_categories: int, n_dimensions: int) -> tuple[tuple[int, ...], ...]:
    return (n_features, n_dimensions), (n_categories, n_dimensions), (n_dimensions,)
