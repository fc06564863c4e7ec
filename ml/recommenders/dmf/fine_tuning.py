"""Train a fitted DMF on, instead of from scratch: a few passes over all users, once enough is new to be worth them.

Until then what is new only waits: an event counts by being in its user's row, an item of it by the bias that others of
as many users have, and an item that is new to it gets a row in the first layer, and a vector, from its users. By cosine
a known item turns towards where its new users look, the more the fewer it had (folding in; Sarwar et al., "Incremental
Singular Value Decomposition Algorithms for Highly Scalable Recommender Systems", ICCIT 2002).

A new item's is the direction in which these users' vectors lie, as long as an item's usually is. A user who touched new
items alone has a random one, so that new items of the same users begin alike. Passes train it like the others.

By cosine the vectors are shortened before passes: how fast one turns depends on its length, and what was learned by
heart before gives way to what is new (Ash & Adams, "On Warm-Starting Neural Network Training", NeurIPS 2020).
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
SHARE_WORTH_PASSES = 0.05  # interactions that it has not learned from, as a share of all
USERS_IN_A_STEP = 256
SAMPLED_CANDIDATES = 1024  # where they are sampled: beside those that the users of a step touched
RATE_SHARE = 0.5  # of the learning rate of a whole training
LENGTH_KEPT = 0.7  # of the vectors and of the first layer
# What the direction that an item had weighs beside a new user's: so much, and so much more for each user it had.
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
    """Return DMF for the items of interactions, trained on from `fitted` where enough is new.

    fitted: without recency, which is not part of what is learned.
    """
    matrix = interactions.to_csr()
    placed = with_items_of(fitted, interactions, matrix, changes, seed=seed)
    waiting = fitted.waiting + int(np.count_nonzero(changes.is_new))
    if not waiting or waiting < SHARE_WORTH_PASSES * changes.is_new.size:
        progress(1.0, "too little is new for passes: it counts by being in the users' rows")
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
    """Return `fitted` for the items of matrix, csr [n_users, n_items]: those without anything new stay as they are, and
    by cosine the known ones with new users turn towards where these look."""
    tower, known, is_fresh = fitted.user_tower, fitted.is_known, changes.known_as < 0
    kernel, width, members = tower.kernels[0], tower.kernels[0].shape[1], tower.members
    touched, before = _new_pairs(interactions, matrix, changes)
    weights = np.where(is_fresh, 0.0, WEIGHT_OF_OLD_DIRECTION + WEIGHT_OF_OLD_USER * before).astype(np.float32)
    sums = _where_users_look(fitted, matrix, touched, changes, seed=seed)
    turned = is_fresh | (tower.unit_length & (np.bincount(touched.indices, minlength=before.size) > 0))
    own = fitted.item_vectors[:, :width]
    vectors = changes.in_order(fitted.item_vectors)
    vectors[turned, :width] = _turned(vectors[turned, :width], sums[turned], weights[turned], own[known], members)
    rows = changes.in_order(kernel)
    if fitted.settings["shared"]:
        rows[turned] = _turned(rows[turned], sums[turned], weights[turned], kernel[known], members)
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
    """Return the weights of a member to train on from: it scores as it does in `fitted`, by cosine from shorter
    vectors."""
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
    """Return ones where a user touched an item for the first time, csr [n_users, n_items], and how many users each item
    had before, int64 [n_items]; a new item had none."""
    was_there = changes.seen & (changes.known_as[interactions.items] >= 0)
    before = interactions.select(was_there).to_csr()
    fresh: CSR = (matrix > 0).astype(np.float32) - (before > 0).astype(np.float32)
    fresh.eliminate_zeros()
    return fresh, np.bincount(before.indices, minlength=matrix.shape[1])


def _where_users_look(
    fitted: FittedDMF, matrix: CSR, touched: CSR, changes: Changes, *, seed: int
) -> NDArray[np.float32]:
    """Return the sum of the vectors of the users who touched each item, float32 [n_items, width of all members], each
    member's part of a user of length 1 by cosine. touched: csr [n_users, n_items] of ones."""
    tower, known_as = fitted.user_tower, changes.known_as
    kept, users = np.flatnonzero(known_as >= 0), np.flatnonzero(np.diff(touched.indptr))
    entries = np.ones(kept.size, np.float32), (kept, known_as[kept])
    rows: CSR = matrix[users] @ sparse.csr_array(entries, shape=(known_as.size, tower.n_items))
    vectors = tower.vectors(rows)[:, : tower.kernels[0].shape[1]]
    strangers = np.diff(rows.indptr) == 0
    vectors[strangers] = np.random.default_rng(seed).standard_normal((int(strangers.sum()), vectors.shape[1]))
    of_one = np.sqrt(np.float32(tower.members if tower.unit_length else 1))
    return np.asarray(touched[users].T @ (vectors * of_one), np.float32)


def _turned(
    vectors: NDArray[np.float32],
    sums: NDArray[np.float32],
    weights: NDArray[np.float32],
    usual: NDArray[np.float32],
    members: int,
) -> NDArray[np.float32]:
    """Return n vectors turned towards sums, both float32 [n, width of all members], member by member. The old direction
    counts like so many users, weights, float32 [n]. The length stays, or with weight 0 is the median of `usual`."""
    old, pulls, shares = _of_members(vectors, members), _of_members(sums, members), weights[:, None, None]
    lengths = _lengths(old)
    directions = np.asarray(old / np.maximum(lengths, SMALLEST_LENGTH) * shares + pulls, np.float32)
    kept = np.where(shares > 0, lengths, _usual_lengths(usual, members))
    parts = directions / np.maximum(_lengths(directions), SMALLEST_LENGTH) * kept
    return np.asarray(parts, np.float32).reshape(vectors.shape)


def _settings(fitted: FittedDMF) -> DMFConfig:
    """Return the settings to train on with: the column tower is part of the item vectors by now."""
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
    """Return what the biases of all items would be on the line through those of known ones over log(1 + users)."""
    known_as = changes.known_as
    touched = np.log1p(np.bincount(matrix.indices, minlength=known_as.size))
    known = np.flatnonzero(known_as >= 0)
    known = known[fitted.is_known[known_as[known]]]
    sloped = known.size > 1 and np.ptp(touched[known]) > 0
    line = np.polyfit(touched[known], fitted.item_vectors[known_as[known], -1], 1 if sloped else 0)
    return np.asarray(np.polyval(line, touched), np.float64)
