"""Ranking metrics, one value per case (user), so that means, slices and paired intervals come from the same array."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


class MetricError(ValueError):
    """The arrays given to a metric do not fit together."""


def ranks_of(positives: NDArray[Any], negatives: NDArray[Any]) -> NDArray[np.int64]:
    """Return each case's rank, int64 [n]: how many of its negatives score at least as much (0 is best).

    positives: scores [n]; negatives: scores [n, m], NaN where a case has fewer. Ties count against the model, so
    constant scores are worth nothing. A NaN among the positives is refused.
    """
    if positives.ndim != 1 or negatives.ndim != 2 or positives.shape[0] != negatives.shape[0]:
        raise MetricError(f"expected positives [n] and negatives [n, m], got {positives.shape} and {negatives.shape}")
    if np.isnan(positives).any():
        raise MetricError(f"positive score of case {int(np.isnan(positives).argmax())} is NaN")
    return np.asarray((negatives >= positives[:, None]).sum(axis=1), dtype=np.int64)


def hit_rate_at_k(ranks: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return 1 where the held-out item is among the first k, else 0, float64 [n]."""
    _refuse_k(k)
    return (ranks < k).astype(np.float64)


def ndcg_at_k(ranks: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return 1 / log2(rank + 2) where the one relevant item is among the first k, else 0, float64 [n]."""
    _refuse_k(k)
    return np.where(ranks < k, 1.0 / np.log2(ranks + 2.0), 0.0)


def reciprocal_rank(ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 1 / (rank + 1), float64 [n]; its mean is the MRR."""
    return np.asarray(1.0 / (ranks + 1.0), dtype=np.float64)


def list_recall_at_k(lists: NDArray[np.int32], relevant: Any, k: int) -> NDArray[np.float64]:
    """Return the share of each case's relevant items within its first k, over min(k, how many there are), float64 [b].

    lists: int32 [b, >= k], best first, -1 padding; relevant: sparse [b, n_items], non-zero where relevant. A case
    without relevant items gives NaN (Recall@K as in Liang et al., Mult-VAE, WWW 2018, section 4.2).
    """
    hits, counts = _list_hits(lists, relevant, k)
    return _ratio(hits.sum(axis=1), np.minimum(counts, k))


def list_ndcg_at_k(lists: NDArray[np.int32], relevant: Any, k: int) -> NDArray[np.float64]:
    """Return each case's DCG within its first k over the best possible (binary gains), float64 [b]; rest as recall."""
    hits, counts = _list_hits(lists, relevant, k)
    discounts = 1.0 / np.log2(np.arange(k) + 2.0)
    ideal = np.concatenate(([0.0], np.cumsum(discounts)))[np.minimum(counts, k)]
    return _ratio(hits @ discounts, ideal)


def coverage(lists: NDArray[np.int32], n_items: int) -> float:
    """Return the share of the catalogue that occurs in at least one list (int32 [b, k], -1 padding)."""
    return float(np.unique(lists[lists >= 0]).size / n_items) if n_items else 0.0


def _list_hits(lists: NDArray[np.int32], relevant: Any, k: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return hits, 0 or 1, [b, k], and the number of relevant items per case, [b]."""
    _refuse_k(k)
    wanted = sparse.csr_array(relevant).astype(bool)
    if lists.ndim != 2 or lists.shape[0] != wanted.shape[0] or lists.shape[1] < k:
        raise MetricError(f"expected lists [{wanted.shape[0]}, >= {k}], got {lists.shape}")
    first = lists[:, :k].astype(np.int64)
    n_items = wanted.shape[1]
    rows = np.arange(lists.shape[0], dtype=np.int64)[:, None]
    stored = np.repeat(np.arange(wanted.shape[0], dtype=np.int64), np.diff(wanted.indptr)) * n_items + wanted.indices
    hits = np.isin(rows * n_items + first, stored) & (first >= 0)
    return hits.astype(np.float64), np.diff(wanted.indptr).astype(np.int64)


def _ratio(numerator: NDArray[np.float64], denominator: NDArray[Any]) -> NDArray[np.float64]:
    result = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result


def _refuse_k(k: int) -> None:
    if k < 1:
        raise MetricError(f"k is {k}, expected at least 1")
