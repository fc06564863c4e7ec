"""Tree of categories, and the similarity of its nodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class CategoryTree:
    """c categories. Raise ValueError for a loop or an unknown parent.

    - `parent`: int32 [c], position of the parent, -1 for a root;
    - `paths`: int32 [c, depth], each category, its parent and so on up to the root, -1 padding;
    - `lengths`: int32 [c], number of categories on each path.
    """

    parent: NDArray[np.int32]
    paths: NDArray[np.int32] = field(init=False)
    lengths: NDArray[np.int32] = field(init=False)

    def __post_init__(self) -> None:
        count = self.parent.size
        if self.parent.ndim != 1 or (count and not -1 <= self.parent.min() <= self.parent.max() < count):
            raise ValueError(f"category parents {self.parent.shape} must be -1 or positions below {count}")
        level = np.arange(count, dtype=np.int32)
        levels = [level]
        while (level >= 0).any():
            level = np.where(level >= 0, self.parent[level], -1).astype(np.int32)
            levels.append(level)
            if len(levels) > count + 1:
                raise ValueError("the categories' parents form a loop")
        paths = np.stack(levels[: max(len(levels) - 1, 1)], axis=1)
        object.__setattr__(self, "paths", paths)
        object.__setattr__(self, "lengths", (paths >= 0).sum(axis=1).astype(np.int32))

    def __len__(self) -> int:
        return int(self.parent.size)

    def contains(self, category: int, others: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Return whether each of k categories is `category` or a descendant, bool [k]; False for -1."""
        inside: NDArray[np.bool_] = np.append((self.paths == category).any(axis=1), False)
        lies_in: NDArray[np.bool_] = inside[others]
        return lies_in

    def paths_of(self, categories: NDArray[np.integer[Any]]) -> NDArray[np.int32]:
        """Return the paths of k categories (-1: none, only padding), int32 [k, depth], -1 padding."""
        padded = np.concatenate([self.paths, np.full((1, self.paths.shape[1]), -1, np.int32)])
        paths: NDArray[np.int32] = padded[categories]
        return paths

    def node_weights(
        self, categories: NDArray[np.integer[Any]], weights: NDArray[np.floating[Any]]
    ) -> NDArray[np.float64]:
        """Return the weights of k liked categories (-1: none) spread over their paths, float64 [c + 1], the last one 0.

        A category on a path of length l gives each node of it weight / sqrt(l); `affinities` reads the result.
        """
        known = categories >= 0
        spread = np.zeros(len(self) + 1)
        shares = weights[known] / np.sqrt(self.lengths[categories[known]])
        paths = self.paths[categories[known]]
        np.add.at(spread, paths, np.broadcast_to(shares[:, None], paths.shape))
        spread[-1] = 0.0
        return spread

    def affinities(
        self, node_weights: NDArray[np.float64], categories: NDArray[np.integer[Any]]
    ) -> NDArray[np.float64]:
        """Return the affinity of k categories (-1: none, 0.0) to the liked ones, float64 [k].

        It is the weighted sum, over the liked categories, of |common nodes| / sqrt(length x length of the two paths),
        the cosine of two paths as sets (Salton and McGill, 1983): 1 for the same category, 0 for unrelated ones.
        """
        known = categories >= 0
        result = np.zeros(categories.shape)
        paths = self.paths[categories[known]]
        result[known] = node_weights[paths].sum(axis=1) / np.sqrt(self.lengths[categories[known]])
        return result
