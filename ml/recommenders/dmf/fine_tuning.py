"""Train a fitted DMF on, instead of from scratch: a few passes over all users, once enough is new to be worth them.

Until then what is new only waits: an event counts by being in its user's row, and an item that is new to it gets a row
in the first layer, and a vector, from the users who touched it.

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
from ml.recommenders.dmf.training import Trained, put_side_by_side
from ml.recommenders.dmf.warm_trainer import MemberWeights, WarmTrainer
from ml.user_tower import SMALLEST_LENGTH

PASSES = 4
SHARE_WORTH_PASSES = 0.05  # interactions that it has not learned from, as a share of all
USERS_IN_A_STEP, USERS_WHEN_SAMPLED = 256, 512  # a step costs more where its candidates are gathered first
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
) -> Trained:
    """Return DMF for the items of interactions, trained on from `fitted` where enough is new."""
    matrix = interactions.to_csr()
    settings = _settings(fitted)
    starts = starts_of(fitted, matrix, changes, settings, seed=seed)
    n_passes = PASSES if passes_are_due(fitted, changes) else 0
    if not n_passes:
        progress(0.0, "too little is new for passes: it counts by being in the users' rows")
    elif settings.cosine:
        for weights in starts:
            weights.kernel *= np.float32(LENGTH_KEPT)
            weights.free *= np.float32(LENGTH_KEPT)
    trainers = [WarmTrainer(weights, settings, matrix, seed=seed + number) for number, weights in enumerate(starts)]
    with ThreadPoolExecutor(n_threads) as pool:
        for done in range(1, n_passes + 1):
            loss = np.mean(list(pool.map(WarmTrainer.run_epoch, trainers)))
            progress(done / n_passes, f"pass {done} of {n_passes}, loss {loss:.4f}")
    members = [trainer.to_member() for trainer in trainers]
    return put_side_by_side(members, settings, int(settings.most_epochs or 1), cast(Any, fitted.history))


def passes_are_due(fitted: FittedDMF, changes: Changes) -> bool:
    """Tell whether there is enough that `fitted` has not learned from."""
    waiting = _waiting(fitted, changes)
    return waiting > 0 and waiting >= SHARE_WORTH_PASSES * changes.is_new.size


def left_waiting(fitted: FittedDMF, changes: Changes) -> int:
    """Return how many interactions still wait for passes after a fine-tuning with these changes."""
    return 0 if passes_are_due(fitted, changes) else _waiting(fitted, changes)


def _waiting(fitted: FittedDMF, changes: Changes) -> int:
    return fitted.waiting + int(np.count_nonzero(changes.is_new))


def starts_of(
    fitted: FittedDMF, matrix: CSR, changes: Changes, settings: DMFConfig, *, seed: int
) -> list[MemberWeights]:
    """Return the weights of each member for the items of matrix, csr [n_users, n_items]; before any training they score
    the items that `fitted` knew as it does."""
    tower = fitted.user_tower
    width = tower.kernels[0].shape[1] // tower.members
    unit = np.sqrt(np.float32(tower.members)) if tower.unit_length else np.float32(tower.members)
    bias = _item_bias(fitted, matrix, changes) / np.float32(settings.temperature or 1.0)
    directions = _directions_of_new(fitted, matrix, changes, seed=seed)
    starts = []
    for number in range(tower.members):
        part = slice(number * width, (number + 1) * width)
        own = fitted.item_vectors[:, part] * unit * fitted.lengths[:, number, None]
        direction = directions[:, part]
        direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), SMALLEST_LENGTH)
        row = tower.kernels[0][:, part]
        kernel = changes.in_order(row, direction * _usual_length(row, fitted) if settings.shared else 0.0)
        free = changes.in_order(own, direction * _usual_length(own, fitted)) - (kernel if settings.shared else 0.0)
        starts.append(MemberWeights(kernel, tower.biases[0][part].copy(), free, bias.copy()))
    return starts


def _directions_of_new(fitted: FittedDMF, matrix: CSR, changes: Changes, *, seed: int) -> NDArray[np.float32]:
    """Return the sums of the vectors of the users who touched each new item, float32 [m, d]."""
    tower, known_as = fitted.user_tower, changes.known_as
    kept, fresh = np.flatnonzero(known_as >= 0), np.flatnonzero(known_as < 0)
    touched = cast(CSR, (matrix[:, fresh] > 0).astype(np.float32))
    users = np.flatnonzero(np.diff(touched.indptr))
    entries = np.ones(kept.size, np.float32), (kept, known_as[kept])
    rows: CSR = matrix[users] @ sparse.csr_array(entries, shape=(known_as.size, tower.n_items))
    vectors = tower.vectors(rows)
    strangers = np.diff(rows.indptr) == 0
    vectors[strangers] = np.random.default_rng(seed).standard_normal((int(strangers.sum()), vectors.shape[1]))
    return np.asarray(touched[users].T @ vectors, np.float32)


def _settings(fitted: FittedDMF) -> DMFConfig:
    """Return the settings to train on with: the column tower is part of the item vectors by now."""
    settings = DMFConfig(**cast(dict[str, Any], fitted.settings))
    return replace(
        settings,
        column_tower=False,
        batch_users=USERS_WHEN_SAMPLED if settings.candidates else USERS_IN_A_STEP,
        learning_rate=RATE_SHARE * float(settings.learning_rate or 1e-3),
    )


def _usual_length(vectors: NDArray[np.float32], fitted: FittedDMF) -> np.float32:
    return np.float32(np.median(np.linalg.norm(vectors[fitted.is_known], axis=1)))


def _item_bias(fitted: FittedDMF, matrix: CSR, changes: Changes) -> NDArray[np.float32]:
    """Return the biases of all items; a new one's lies on the line through those of known items over log(1 + users)."""
    known_as = changes.known_as
    if not fitted.user_tower.constant:
        return np.zeros(known_as.size, np.float32)
    bias = fitted.item_vectors[:, -1]
    touched = np.log1p(np.bincount(matrix.indices, minlength=known_as.size))
    known = np.flatnonzero(known_as >= 0)
    sloped = known.size > 1 and np.ptp(touched[known]) > 0
    line = np.polyfit(touched[known], bias[known_as[known]], 1 if sloped else 0)
    return changes.in_order(bias, np.polyval(line, touched[known_as < 0]).astype(np.float32))
