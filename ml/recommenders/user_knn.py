"""User-kNN: the items of the users with the most similar rows, weighted by similarity.

Similarity |r & x| / (|r| |x| + shrinkage) of binary rows, |.| being the Euclidean length, as in Dacrema, Cremonesi,
Jannach, "Are We Really Making Much Progress?", RecSys 2019, section 3.2. The row need not belong to a user of the
fit; if it does, that user is their own nearest neighbour, which changes only the scores of their own items.
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
from ml.recommenders.base import FittedRecommender, Progress, Recommender, RecommenderError

ROWS_PER_BLOCK = 64


@dataclass(frozen=True)
class UserKNNConfig:
    """n_neighbours: number of similar users per row; shrinkage: reduces similarities that rest on few items.

    Of 50, 100, 200 neighbours and shrinkages 0, 10, 30, 100, NDCG@10 on validation items taken from train is best at
    100 and 0 on AMusic and the timed Amazon music ratings, and at 50 and 0, by .007, on ml-1m.
    """

    n_neighbours: int = 100
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        if self.n_neighbours < 1 or not self.shrinkage >= 0:
            raise RecommenderError(
                f"expected n_neighbours >= 1 and shrinkage >= 0, got {self.n_neighbours} and {self.shrinkage}"
            )


@dataclass(frozen=True, eq=False)
class FittedUserKNN(FittedRecommender):
    """touched: csr float32 [n_users, n_items] of ones, the rows of the possible neighbours."""

    name = "user_knn"
    touched: CSR
    n_neighbours: int
    shrinkage: float

    @property
    def n_items(self) -> int:
        return int(self.touched.shape[1])

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        by_item, lengths = sparse.csr_array(self.touched.T), np.sqrt(np.diff(self.touched.indptr))
        scores = np.zeros(rows.shape, dtype=np.float32)
        for start in range(0, rows.shape[0], ROWS_PER_BLOCK):
            block: CSR = (rows[start : start + ROWS_PER_BLOCK] > 0).astype(np.float32)
            similarities: CSR = block @ by_item
            similarities.sort_indices()
            own_lengths = np.repeat(np.sqrt(np.diff(block.indptr)), np.diff(similarities.indptr))
            similarities.data /= own_lengths * lengths[similarities.indices] + self.shrinkage
            nearest = _largest_of_each_row(similarities, self.n_neighbours)
            scores[start : start + ROWS_PER_BLOCK] = (nearest @ self.touched).toarray()
        return scores

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {
            "touched_indices": self.touched.indices,
            "touched_indptr": self.touched.indptr,
            "n_items": np.array([self.n_items]),
            "n_neighbours": np.array([self.n_neighbours]),
            "shrinkage": np.array([self.shrinkage]),
        }

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        arrays = artifact.arrays
        indices, indptr = arrays["touched_indices"], arrays["touched_indptr"]
        shape = (indptr.size - 1, int(arrays["n_items"][0]))
        touched = sparse.csr_array((np.ones(indices.size, np.float32), indices, indptr), shape=shape)
        return cls(touched, int(arrays["n_neighbours"][0]), float(arrays["shrinkage"][0]))


class UserKNN(Recommender):
    """Scores from similar users; fitting stores the rows."""

    name = "user_knn"
    supports_fold_in = True

    def __init__(self, config: UserKNNConfig | None = None) -> None:
        self.config = config or UserKNNConfig()

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedUserKNN:
        matrix = interactions.to_csr()
        active = np.flatnonzero(np.diff(matrix.indptr))
        progress(1.0, f"{active.size} users")
        touched: CSR = (matrix[active] > 0).astype(np.float32)
        return FittedUserKNN(touched, self.config.n_neighbours, self.config.shrinkage)


def _largest_of_each_row(matrix: CSR, k: int) -> CSR:
    """Return the matrix with at most the k largest stored values of each row; ties: the lower index."""
    kept = np.ones(matrix.data.size, dtype=np.bool_)
    for row in np.flatnonzero(np.diff(matrix.indptr) > k):
        stored = slice(matrix.indptr[row], matrix.indptr[row + 1])
        values = matrix.data[stored]
        least = np.partition(values, values.size - k)[values.size - k]
        kept[stored] = values > least
        equal = np.flatnonzero(values == least)
        kept[stored][equal[: k - int(np.count_nonzero(values > least))]] = True
    counts = np.concatenate(([0], np.cumsum(kept)))[matrix.indptr]
    return sparse.csr_array((matrix.data[kept], matrix.indices[kept], counts), shape=matrix.shape)
