"""Item-kNN: shrunk cosine between the columns of the interaction matrix, restricted to each item's nearest.

Similarity c(i, j) / (|i| |j| + shrinkage) with c the co-occurrence, as in Dacrema, Cremonesi, Jannach, "Are We Really
Making Much Progress?", RecSys 2019, section 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.artifact import Artifact
from ml.interactions import CSR, Interactions
from ml.recommenders.base import PADDING, FittedRecommender, Progress, Recommender, RecommenderError

ITEMS_PER_BLOCK = 512


@dataclass(frozen=True)
class ItemKNNConfig:
    """Settings of item-kNN.

    - `n_neighbours`: neighbours per item; `shrinkage`: reduces similarities that rest on few users;
    - `binary`: every pair counts once instead of with its event weight.

    Of shrinkages 0, 5, 20, 50 and 100, 20 has the best NDCG@10 on validation items taken from train, on AMusic (.323,
    others .276 to .320) and on the timed Amazon music ratings (.492, others .409 to .490).
    """

    n_neighbours: int = 100
    shrinkage: float = 20.0
    binary: bool = True

    def __post_init__(self) -> None:
        if self.n_neighbours < 1 or self.shrinkage < 0:
            raise RecommenderError(
                f"expected n_neighbours >= 1 and shrinkage >= 0, got {self.n_neighbours} and {self.shrinkage}"
            )


@dataclass(frozen=True, eq=False)
class FittedItemKNN(FittedRecommender):
    """neighbours: int32 [n_items, k], -1 padding; similarities: float32 [n_items, k], 0 padding; best first."""

    name = "item_knn"
    neighbours: NDArray[np.int32]
    similarities: NDArray[np.float32]
    binary: bool

    @property
    def n_items(self) -> int:
        return int(self.neighbours.shape[0])

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        counted = sparse.csr_array(((rows.data > 0).astype(np.float32), rows.indices, rows.indptr), shape=rows.shape)
        weighted = counted if self.binary else rows
        return np.asarray((weighted @ self._to_csr().T).toarray(), dtype=np.float32)

    def _to_csr(self) -> CSR:
        """Return the similarities, csr [n_items, n_items]: row i holds the neighbours of i."""
        kept = self.neighbours != PADDING
        indptr = np.concatenate(([0], np.cumsum(kept.sum(axis=1))))
        return sparse.csr_array(
            (self.similarities[kept], self.neighbours[kept], indptr), shape=(self.n_items, self.n_items)
        )

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {
            "neighbours": self.neighbours,
            "similarities": self.similarities,
            "binary": np.array([self.binary]),
        }

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        arrays = artifact.arrays
        return cls(arrays["neighbours"], arrays["similarities"], bool(arrays["binary"][0]))


class ItemKNN(Recommender):
    """Scores items by their similarity to the user's items."""

    name = "item_knn"
    supports_fold_in = True

    def __init__(self, config: ItemKNNConfig | None = None) -> None:
        self.config = config or ItemKNNConfig()

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedItemKNN:
        columns = interactions.to_csr()
        columns.eliminate_zeros()
        if self.config.binary:
            columns.data[:] = 1.0
        by_item = sparse.csr_array(columns.T)
        lengths = np.sqrt(np.asarray(by_item.multiply(by_item).sum(axis=1), dtype=np.float32).ravel())
        n_items = interactions.n_items
        width = min(self.config.n_neighbours, max(n_items - 1, 1))
        neighbours = np.full((n_items, width), PADDING, dtype=np.int32)
        similarities = np.zeros((n_items, width), dtype=np.float32)
        for start in range(0, n_items, ITEMS_PER_BLOCK):
            stop = min(start + ITEMS_PER_BLOCK, n_items)
            block = sparse.csr_array(by_item[start:stop] @ columns)
            for offset in range(stop - start):
                item = start + offset
                stored = slice(block.indptr[offset], block.indptr[offset + 1])
                others, shared = block.indices[stored], block.data[stored]
                similarity = shared / (lengths[item] * lengths[others] + self.config.shrinkage)
                best = _most_similar(others, similarity, item, width)
                neighbours[item, : best.size] = others[best]
                similarities[item, : best.size] = similarity[best]
            progress(stop / n_items, f"{stop} of {n_items} items")
        return FittedItemKNN(neighbours, similarities, self.config.binary)


def _most_similar(others: NDArray[np.int32], similarity: NDArray[np.float32], item: int, k: int) -> NDArray[np.int64]:
    """Return positions in others of the k most similar items, without the item itself; ties by index."""
    order = np.lexsort((others, -similarity))
    return np.asarray(order[others[order] != item][:k], dtype=np.int64)
