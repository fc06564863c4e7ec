"""Ranking metrics, one value per case (user), so that means, slices and paired intervals come from the same array.

Metrics of all lists together (coverage, personalisation, Gini of exposure) are one number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


class MetricError(ValueError):
    """The arrays given to a metric do not fit together."""


def ranks_of(positives: NDArray[Any], negatives: NDArray[Any]) -> NDArray[np.int64]:
    """Return each case's rank, int64 [n]: the number of its negatives that score at least as high (0 is best).

    positives: scores [n]; negatives: scores [n, m], NaN padding. Ties count against the model. Raise MetricError for
    NaN among the positives.
    """
    if positives.ndim != 1 or negatives.ndim != 2 or positives.shape[0] != negatives.shape[0]:
        raise MetricError(f"expected positives [n] and negatives [n, m], got {positives.shape} and {negatives.shape}")
    if np.isnan(positives).any():
        raise MetricError(f"positive score of case {int(np.isnan(positives).argmax())} is NaN")
    return np.asarray((negatives >= positives[:, None]).sum(axis=1), dtype=np.int64)


def hit_rate_at_k(ranks: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return 1 where the held-out item is among the first k, else 0, float64 [n] (He et al., WWW 2017, section 4.1)."""
    _refuse_k(k)
    return (ranks < k).astype(np.float64)


def ndcg_at_k(ranks: NDArray[np.int64], k: int) -> NDArray[np.float64]:
    """Return 1 / log2(rank + 2) where the one relevant item is among the first k, else 0, float64 [n].

    The discounted cumulated gain of Järvelin & Kekäläinen, TOIS 2002, whose ideal is 1 with one relevant item.
    """
    _refuse_k(k)
    return np.where(ranks < k, 1.0 / np.log2(ranks + 2.0), 0.0)


def reciprocal_rank(ranks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 1 / (rank + 1), float64 [n]; its mean is the MRR (Voorhees, TREC-8, 1999)."""
    return np.asarray(1.0 / (ranks + 1.0), dtype=np.float64)


def list_recall_at_k(lists: NDArray[np.int32], relevant: Any, k: int) -> NDArray[np.float64]:
    """Return the share of each case's relevant items within its first k, over min(k, their number), float64 [b].

    lists: int32 [b, >= k], best first, -1 padding; relevant: sparse [b, n_items], non-zero where relevant. A case
    without relevant items gives NaN (Recall@K as in Liang et al., Mult-VAE, WWW 2018, section 4.2).
    """
    hits, counts = _list_hits(lists, relevant, k)
    return _ratio(hits.sum(axis=1), np.minimum(counts, k))


def list_hit_rate_at_k(lists: NDArray[np.int32], relevant: Any, k: int) -> NDArray[np.float64]:
    """Return 1 where a relevant item is within the first k, else 0, float64 [b]; rest as recall."""
    hits, counts = _list_hits(lists, relevant, k)
    return np.where(counts > 0, hits.max(axis=1), np.nan)


def list_reciprocal_rank(lists: NDArray[np.int32], relevant: Any, k: int) -> NDArray[np.float64]:
    """Return 1 / place of the first relevant item within the first k, 0 without one, float64 [b]; rest as recall."""
    hits, counts = _list_hits(lists, relevant, k)
    return np.where(counts > 0, (hits / np.arange(1, k + 1)).max(axis=1), np.nan)


def list_ndcg_at_k(lists: NDArray[np.int32], relevant: Any, k: int) -> NDArray[np.float64]:
    """Return each case's DCG within its first k over the best possible (binary gains), float64 [b]; rest as recall."""
    hits, counts = _list_hits(lists, relevant, k)
    discounts = 1.0 / np.log2(np.arange(k) + 2.0)
    ideal = np.concatenate(([0.0], np.cumsum(discounts)))[np.minimum(counts, k)]
    return _ratio(hits @ discounts, ideal)


def coverage(lists: NDArray[np.int32], n_items: int) -> float:
    """Return the share of the catalogue that occurs in at least one list (int32 [b, k], -1 padding).

    Catalogue coverage of Ge, Delgado-Battenfeld, Jannach, "Beyond Accuracy", RecSys 2010, section 3.1.
    """
    return float(np.unique(lists[lists >= 0]).size / n_items) if n_items else 0.0


def novelty(lists: NDArray[np.int32], users_of_item: NDArray[Any], n_users: int) -> NDArray[np.float64]:
    """Return each list's mean self-information in bits, float64 [b]: -log2 of the share of users of an item.

    lists: int32 [b, k], -1 padding; users_of_item: counts [n_items] in train; n_users: number of users. An item
    without users counts as one with a single user. An empty list gives NaN (Zhou et al., PNAS 107 (2010), "surprisal").
    """
    if users_of_item.size and int(users_of_item.max()) > n_users:
        raise MetricError(f"an item has {users_of_item.max()} users of {n_users}")
    shown = lists >= 0
    bits = np.log2(max(n_users, 1)) - np.log2(np.maximum(users_of_item, 1))
    own = np.where(shown, bits[np.maximum(lists, 0)], 0.0) if bits.size else np.zeros(lists.shape)
    return _ratio(own.sum(axis=1), shown.sum(axis=1))


def personalisation(lists: NDArray[np.int32], n_items: int) -> float:
    """Return 1 - the mean overlap of two different users' lists: 0 when all lists are equal, NaN below two lists.

    lists: int32 [b, k], -1 padding, no item twice in one. The overlap of two is their shared items over the root of
    the product of their lengths, so shared / k for full lists (Zhou et al., PNAS 107 (2010), "personalization"). The
    sum over all pairs is computed from one sum per item. Empty lists are ignored.
    """
    lengths = (lists >= 0).sum(axis=1)
    kept = lists[lengths > 0]
    if kept.shape[0] < 2:
        return float("nan")
    share = np.broadcast_to(1.0 / np.sqrt(lengths[lengths > 0])[:, None], kept.shape)
    shown = kept >= 0
    of_item = np.bincount(kept[shown], weights=share[shown], minlength=n_items)
    n_lists = kept.shape[0]
    return max(float(1.0 - (of_item @ of_item - n_lists) / (n_lists * (n_lists - 1))), 0.0)


def exposure_gini(lists: NDArray[np.int32], n_items: int) -> float:
    """Return the Gini coefficient of the places in the lists over the catalogue: 0 even, 1 all to one item.

    lists: int32 [b, k], -1 padding. Sum of (2j - n - 1) p_j / (n - 1) over the items by ascending share p_j of the
    places (Shani & Gunawardana, Recommender Systems Handbook, 2011, "Item Space Coverage"). NaN without any place.
    """
    counts = np.sort(np.bincount(lists[lists >= 0], minlength=n_items)).astype(np.float64)
    if n_items < 2 or not counts.sum():
        return float("nan")
    order = 2.0 * np.arange(1, n_items + 1) - n_items - 1
    return float(order @ counts / (counts.sum() * (n_items - 1)))


def _list_hits(lists: NDArray[np.int32], relevant: Any, k: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return hits, 0 or 1, [b, k], and the number of relevant items per case, [b]."""
    _refuse_k(k)
    targets = sparse.csr_array(relevant).astype(bool)
    if lists.ndim != 2 or lists.shape[0] != targets.shape[0] or lists.shape[1] < k:
        raise MetricError(f"expected lists [{targets.shape[0]}, >= {k}], got {lists.shape}")
    first = lists[:, :k].astype(np.int64)
    n_items = targets.shape[1]
    rows = np.arange(lists.shape[0], dtype=np.int64)[:, None]
    stored = np.repeat(np.arange(targets.shape[0], dtype=np.int64), np.diff(targets.indptr)) * n_items + targets.indices
    hits = np.isin(rows * n_items + first, stored) & (first >= 0)
    return hits.astype(np.float64), np.diff(targets.indptr).astype(np.int64)


def _ratio(numerator: NDArray[np.float64], denominator: NDArray[Any]) -> NDArray[np.float64]:
    result = np.full(numerator.shape, np.nan)
    np.divide(numerator, denominator, out=result, where=denominator > 0)
    return result


def _refuse_k(k: int) -> None:
    if k < 1:
        raise MetricError(f"k is {k}, expected at least 1")
