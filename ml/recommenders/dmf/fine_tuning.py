"""Fine-tuning of a fitted DMF: a few passes over all users, once there are enough new interactions.

Until then new interactions are only folded in (Sarwar et al., "Incremental Singular Value Decomposition Algorithms for
Highly Scalable Recommender Systems", ICCIT 2002). An event counts as part of its user's row. The bias of an item with
new events is set to that of items with as many users. With cosine a known item is rotated towards the vectors of its
new users, the more the fewer users it had.

A new item gets a row in the first layer, and a vector, in the direction of its users' vectors and of the median length.
A user with new items only has a random vector, so that new items of the same users start alike.

With cosine the vectors are shortened before the passes, because short vectors rotate faster and adapt to new data (Ash
& Adams, "On Warm-Starting Neural Network Training", NeurIPS 2020).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.interactions import CSR, Interactions
from ml.recommenders.base import Changes, Progress
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.training import concatenate_members
from ml.recommenders.dmf.warm_trainer import MemberWeights, WarmTrainer
from ml.user_tower import SMALLEST_LENGTH

PASSES = 4
SHARE_WORTH_PASSES = 0.05  # share of the interactions that are new
USERS_IN_A_STEP = 256
SAMPLED_CANDIDATES = 1024  # if sampled: in addition to the items of the users of a step
RATE_SHARE = 0.5  # of the learning rate of a full training
LENGTH_KEPT = 0.7  # factor of the vectors and of the first layer
# Weight of an item's old direction relative to a new user's: a constant, plus one for each user it had.
WEIGHT_OF_OLD_DIRECTION, WEIGHT_OF_OLD_USER = 1.0, 0.5


def fine_tune(
    fitted: FittedDMF,
    interactions: Interactions,
    changes: Changes,
    *,
    n_threads: int,
    seed: int,
    progress: Progress,
) -> FittedDMF:
    """Return DMF for the items of interactions, fine-tuned from `fitted` if there is enough new data.

    fitted: without recency, which is not trained.
    """
    matrix = interactions.to_csr()
    placed = with_items_of(fitted, interactions, matrix, changes, seed=seed)
    waiting = fitted.waiting + int(np.count_nonzero(changes.is_new))
    if not waiting or waiting < SHARE_WORTH_PASSES * changes.is_new.size:
        progress(1.0, "too few new interactions for a pass: they count as part of the users' rows")
        return replace(placed, waiting=waiting)
    settings = _settings(fitted)
    trainers = [
        WarmTrainer(start_of(placed, number), settings, matrix, seed=seed + number)
        for number in range(fitted.user_tower.members)
    ]
    with ThreadPoolExecutor(n_threads) as pool:
        for done in range(1, PASSES + 1):
            loss = np.mean(list(pool.map(WarmTrainer.run_epoch, trainers)))
            progress(done / PASSES, f"pass {done} of {PASSES}, loss {loss:.4f}")
    members = [trainer.to_member() for trainer in trainers]
    trained = concatenate_members(members, settings, int(settings.most_epochs or 1), cast(Any, fitted.history))
    tower, vectors, lengths = trained.user_tower, trained.item_vectors, trained.lengths
    return replace(placed, user_tower=tower, item_vectors=vectors, lengths=lengths, waiting=0)


def with_items_of(
    fitted: FittedDMF, interactions: Interactions, matrix: CSR, changes: Changes, *, seed: int
) -> FittedDMF:
    """Return `fitted` for the items of matrix, csr [n_users, n_items], with new interactions folded in."""
    tower, known, is_fresh = fitted.user_tower, fitted.is_known, changes.known_as < 0
    kernel, width, members = tower.kernels[0], tower.kernels[0].shape[1], tower.members
    touched, before = _new_pairs(interactions, matrix, changes)
    weights = np.where(is_fresh, 0.0, WEIGHT_OF_OLD_DIRECTION + WEIGHT_OF_OLD_USER * before).astype(np.float32)
    sums = _sums_of_user_vectors(fitted, matrix, touched, changes, seed=seed)
    rotated = is_fresh | (tower.unit_length & (np.bincount(touched.indices, minlength=before.size) > 0))
    own = fitted.item_vectors[:, :width]
    vectors = changes.in_order(fitted.item_vectors)
    vectors[rotated, :width] = _rotated(vectors[rotated, :width], sums[rotated], weights[rotated], own[known], members)
    rows = changes.in_order(kernel)
    if fitted.settings["shared"]:
        rows[rotated] = _rotated(rows[rotated], sums[rotated], weights[rotated], kernel[known], members)
    if tower.constant:
        has_news = np.bincount(interactions.items[changes.is_new], minlength=before.size) > 0
        moved = has_news | is_fresh
        vectors[moved, width] = _biases_by_users(fitted, matrix, changes)[moved]
    return replace(
        fitted,
        user_tower=replace(tower, kernels=(rows,)),
        item_vectors=vectors,
        is_known=np.bincount(matrix.indices, minlength=matrix.shape[1]) > 0,
        lengths=changes.in_order(fitted.lengths, np.median(fitted.lengths[known], axis=0)),
        recency=np.zeros(matrix.shape[1], np.float32),
    )


def start_of(fitted: FittedDMF, number: int) -> MemberWeights:
    """Return the initial weights of a member: it scores as in `fitted`, with cosine from shorter vectors."""
    tower, settings = fitted.user_tower, _settings(fitted)
    width = tower.kernels[0].shape[1] // tower.members
    part = slice(number * width, (number + 1) * width)
    unit = np.sqrt(np.float32(tower.members)) if tower.unit_length else np.float32(tower.members)
    kept = np.float32(LENGTH_KEPT if settings.cosine else 1.0)
    kernel = tower.kernels[0][:, part] * kept
    free = fitted.item_vectors[:, part] * (unit * kept * fitted.lengths[:, number, None])
    if settings.shared:
        free -= kernel
    bias = np.zeros(len(free), np.float32)
    if tower.constant:
        bias = fitted.item_vectors[:, -1] / np.float32(settings.temperature or 1.0)
    return MemberWeights(kernel, tower.biases[0][part].copy(), free, bias)


def _new_pairs(interactions: Interactions, matrix: CSR, changes: Changes) -> tuple[CSR, NDArray[np.int64]]:
    """Return ones for new pairs of user and item, csr [n_users, n_items], and the number of users that each item had
    before, int64 [n_items]."""
    was_there = changes.seen & (changes.known_as[interactions.items] >= 0)
    before = interactions.select(was_there).to_csr()
    fresh: CSR = (matrix > 0).astype(np.float32) - (before > 0).astype(np.float32)
    fresh.eliminate_zeros()
    return fresh, np.bincount(before.indices, minlength=matrix.shape[1])


def _sums_of_user_vectors(
    fitted: FittedDMF, matrix: CSR, touched: CSR, changes: Changes, *, seed: int
) -> NDArray[np.float32]:
    """Return the sum of the vectors of each item's users, float32 [n_items, width of all members]. With cosine each
    member's part of a user has length 1. touched: csr [n_users, n_items] of ones."""
    tower, known_as = fitted.user_tower, changes.known_as
    kept, users = np.flatnonzero(known_as >= 0), np.flatnonzero(np.diff(touched.indptr))
    entries = np.ones(kept.size, np.float32), (kept, known_as[kept])
    rows: CSR = matrix[users] @ sparse.csr_array(entries, shape=(known_as.size, tower.n_items))
    vectors = tower.vectors(rows)[:, : tower.kernels[0].shape[1]]
    without_known_items = np.diff(rows.indptr) == 0
    vectors[without_known_items] = np.random.default_rng(seed).standard_normal(
        (int(without_known_items.sum()), vectors.shape[1])
    )
    of_one = np.sqrt(np.float32(tower.members if tower.unit_length else 1))
    return np.asarray(touched[users].T @ (vectors * of_one), np.float32)


def _rotated(
    vectors: NDArray[np.float32],
    sums: NDArray[np.float32],
    weights: NDArray[np.float32],
    usual: NDArray[np.float32],
    members: int,
) -> NDArray[np.float32]:
    """Return n vectors rotated towards sums, both float32 [n, width of all members], member by member.

    The old direction counts like `weights` users, float32 [n]. The length stays; with weight 0 it is the median of
    `usual`.
    """
    old, new_directions, shares = _of_members(vectors, members), _of_members(sums, members), weights[:, None, None]
    lengths = _lengths(old)
    directions = np.asarray(old / np.maximum(lengths, SMALLEST_LENGTH) * shares + new_directions, np.float32)
    kept = np.where(shares > 0, lengths, _usual_lengths(usual, members))
    parts = directions / np.maximum(_lengths(directions), SMALLEST_LENGTH) * kept
    return np.asarray(parts, np.float32).reshape(vectors.shape)


def _settings(fitted: FittedDMF) -> DMFConfig:
    """Return the settings of fine-tuning, without the column tower, which is part of the item vectors."""
    settings = DMFConfig(**cast(dict[str, Any], fitted.settings))
    return replace(
        settings,
        column_tower=False,
        batch_users=USERS_IN_A_STEP,
        candidates=min(settings.candidates, SAMPLED_CANDIDATES) if settings.candidates else None,
        learning_rate=RATE_SHARE * float(settings.learning_rate or 1e-3),
    )


def _usual_lengths(vectors: NDArray[np.float32], members: int) -> NDArray[np.float32]:
    """Return the median length of each member's part of the vectors, float32 [members, 1]."""
    return np.asarray(np.median(_lengths(_of_members(vectors, members)), axis=0), np.float32)


def _of_members(vectors: NDArray[np.float32], members: int) -> NDArray[np.float32]:
    """Return vectors, [n, d], as [n, members, width]."""
    return vectors.reshape(len(vectors), members, vectors.shape[1] // members)


def _lengths(parts: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the lengths of the members' parts, float32 [n, members, 1]."""
    return np.asarray(np.sqrt(np.einsum("nmw,nmw->nm", parts, parts))[:, :, None], np.float32)


def _biases_by_users(fitted: FittedDMF, matrix: CSR, changes: Changes) -> NDArray[np.float64]:
    """Return the biases of all items predicted by a linear regression of the known biases on log(1 + users)."""
    known_as = changes.known_as
    touched = np.log1p(np.bincount(matrix.indices, minlength=known_as.size))
    known = np.flatnonzero(known_as >= 0)
    known = known[fitted.is_known[known_as[known]]]
    sloped = known.size > 1 and np.ptp(touched[known]) > 0
    line = np.polyfit(touched[known], fitted.item_vectors[known_as[known], -1], 1 if sloped else 0)
    return np.asarray(np.polyval(line, touched), np.float64)
