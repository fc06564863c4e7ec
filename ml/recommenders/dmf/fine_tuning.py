"""Train a fitted DMF on, instead of from scratch: a few passes over the users with something new, and over others drawn
at random, whose old events keep it from forgetting.

An item that is new to it gets a row in the first layer, and a vector, from the users who touched it: the direction in
which their vectors lie, as long as an item's usually is. A user who touched new items alone has a random one, so that
new items of the same users begin alike. Then a new item is trained like the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.interactions import CSR, Interactions
from ml.recommenders.base import Changes, Progress
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.training import MemberStart, Trained, Trainer, put_side_by_side
from ml.user_tower import SMALLEST_LENGTH

EPOCHS = 3
MOST_USERS_IN_A_STEP = 1024  # a step that is not compiled costs the same for few users
REPLAY_SHARE = 1.0  # users drawn beside those with something new, as a share of these
FEWEST_REPLAYED = 100
RATE_SHARE = 0.3  # of the learning rate of a whole training


def fine_tune(
    fitted: FittedDMF,
    interactions: Interactions,
    changes: Changes,
    *,
    seed: int,
    progress: Progress,
) -> Trained:
    """Return DMF trained on from `fitted`."""
    matrix = interactions.to_csr()
    settings = _settings(fitted)
    users = users_to_learn_from(interactions, changes.is_new, seed=seed)
    members = []
    starts = starts_of(fitted, matrix, changes, seed=seed)
    for number, start in enumerate(starts):
        trainer = Trainer(matrix, settings, seed=seed + number, start=start, is_compiled=False, users=users)
        for epoch in range(EPOCHS if users.size else 0):
            loss = trainer.run_epoch()
            done = (number + (epoch + 1) / EPOCHS) / len(starts)
            progress(done, f"pass {epoch + 1} of {EPOCHS}, {users.size} users, loss {loss:.4f}")
        members.append(trainer.to_numpy())
    return put_side_by_side(members, settings, int(settings.most_epochs or 1), cast(Any, fitted.history))


def users_to_learn_from(interactions: Interactions, is_new: NDArray[np.bool_], *, seed: int) -> NDArray[np.int64]:
    """Return the users with something new and as many others, at least 100 where there are so many, ascending."""
    changed = np.unique(interactions.users[is_new]).astype(np.int64)
    if not changed.size:
        return changed
    others = np.setdiff1d(interactions.users, changed)
    replayed = min(max(round(REPLAY_SHARE * changed.size), FEWEST_REPLAYED), others.size)
    return np.union1d(changed, np.random.default_rng(seed).choice(others, replayed, replace=False))


def starts_of(fitted: FittedDMF, matrix: CSR, changes: Changes, *, seed: int) -> list[MemberStart]:
    """Return the weights of each member for the items of matrix, csr [n_users, n_items]; before any training they score
    the items that `fitted` knew as it does."""
    tower = fitted.user_tower
    known_as = changes.known_as
    kept, fresh = np.flatnonzero(known_as >= 0), np.flatnonzero(known_as < 0)
    width = tower.kernels[0].shape[1] // tower.members
    entries = np.ones(kept.size, np.float32), (kept, known_as[kept])
    rows: CSR = matrix @ sparse.csr_array(entries, shape=(known_as.size, tower.n_items))
    vectors = tower.vectors(rows) if fresh.size else np.zeros((matrix.shape[0], tower.n_dimensions), np.float32)
    strangers = np.diff(rows.indptr) == 0
    vectors[strangers] = np.random.default_rng(seed).standard_normal((int(strangers.sum()), vectors.shape[1]))
    touched = cast(CSR, (matrix[:, fresh] > 0).astype(np.float32).T)
    unit = np.sqrt(np.float32(tower.members)) if tower.unit_length else np.float32(tower.members)
    bias = _item_bias(fitted, matrix, changes)
    starts = []
    for number in range(tower.members):
        part = slice(number * width, (number + 1) * width)
        own = fitted.item_vectors[:, part] * unit * fitted.lengths[:, number, None]
        direction = np.asarray(touched @ vectors[:, part], np.float32)
        direction /= np.maximum(np.linalg.norm(direction, axis=1, keepdims=True), SMALLEST_LENGTH)
        kernel = tower.kernels[0][:, part]
        starts.append(
            MemberStart(
                changes.in_order(kernel, direction * _usual_length(kernel, fitted) * bool(fitted.settings["shared"])),
                np.asarray(tower.biases[0][part]),
                changes.in_order(own, direction * _usual_length(own, fitted)),
                bias,
            )
        )
    return starts


def _settings(fitted: FittedDMF) -> DMFConfig:
    """Return the settings to train on with: the column tower is part of the item vectors by now."""
    settings = DMFConfig(**cast(dict[str, Any], fitted.settings))
    return replace(
        settings,
        column_tower=False,
        batch_users=MOST_USERS_IN_A_STEP,
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
