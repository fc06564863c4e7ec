"""Train a fitted DMF on, instead of from scratch: a few passes over all users, once enough is new to be worth them.

Until then what is new only waits: an event counts by being in its user's row, an item of it by the bias that others of
as many users have, and an item that is new to it gets a row in the first layer, and a vector, from its users.

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
from ml.recommenders.dmf.training import put_side_by_side
from ml.recommenders.dmf.warm_trainer import MemberWeights, WarmTrainer
from ml.user_tower import SMALLEST_LENGTH

PASSES = 4
SHARE_WORTH_PASSES = 0.05  # interactions that it has not learned from, as a share of all
USERS_IN_A_STEP = 256
SAMPLED_CANDIDATES = 1024  # where they are sampled: beside those that the users of a step touched
RATE_SHARE = 0.5  # of the learning rate of a whole training
LENGTH_KEPT = 0.7  # of the vectors and of the first layer


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
    has_news = np.bincount(interactions.items[changes.is_new], minlength=interactions.n_items) > 0
    placed = with_items_of(fitted, matrix, changes, has_news, seed=seed)
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
    trained = put_side_by_side(members, settings, int(settings.most_epochs or 1), cast(Any, fitted.history))
    tower, vectors, lengths = trained.user_tower, trained.item_vectors, trained.lengths
    return replace(placed, user_tower=tower, item_vectors=vectors, lengths=lengths, waiting=0)


def with_items_of(
    fitted: FittedDMF, matrix: CSR, changes: Changes, has_news: NDArray[np.bool_], *, seed: int
) -> FittedDMF:
    """Return `fitted` for the items of matrix, csr [n_users, n_items]: those that it knew keep their vectors, and their
    biases too without anything new; has_news: bool [n_items]."""
    tower, known = fitted.user_tower, fitted.is_known
    kernel, width = tower.kernels[0], tower.kernels[0].shape[1]
    own = fitted.item_vectors[:, :width]
    directions = _directions_of_new(fitted, matrix, changes, seed=seed)
    reads_rows = np.float32(bool(fitted.settings["shared"]))
    of_rows = directions * (reads_rows * _usual_lengths(kernel[known], tower.members))
    of_items = directions * _usual_lengths(own[known], tower.members)
    vectors = changes.in_order(fitted.item_vectors)
    vectors[changes.known_as < 0, :width] = of_items.reshape(-1, width)
    if tower.constant:
        moved = has_news | (changes.known_as < 0)
        vectors[moved, width] = _biases_by_users(fitted, matrix, changes)[moved]
    return replace(
        fitted,
        user_tower=replace(tower, kernels=(changes.in_order(kernel, of_rows.reshape(-1, width)),)),
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


def _directions_of_new(fitted: FittedDMF, matrix: CSR, changes: Changes, *, seed: int) -> NDArray[np.float32]:
    """Return where the users who touched each of m new items look, float32 [m, members, width], length 1."""
    tower, known_as = fitted.user_tower, changes.known_as
    kept, fresh = np.flatnonzero(known_as >= 0), np.flatnonzero(known_as < 0)
    touched = cast(CSR, (matrix[:, fresh] > 0).astype(np.float32))
    users = np.flatnonzero(np.diff(touched.indptr))
    entries = np.ones(kept.size, np.float32), (kept, known_as[kept])
    rows: CSR = matrix[users] @ sparse.csr_array(entries, shape=(known_as.size, tower.n_items))
    vectors = tower.vectors(rows)
    strangers = np.diff(rows.indptr) == 0
    vectors[strangers] = np.random.default_rng(seed).standard_normal((int(strangers.sum()), vectors.shape[1]))
    sums = np.asarray(touched[users].T @ vectors, np.float32)
    parts = _of_members(sums[:, : tower.kernels[0].shape[1]], tower.members)
    return np.asarray(parts / np.maximum(_lengths(parts), SMALLEST_LENGTH), np.float32)


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
