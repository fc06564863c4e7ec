"""The step in NumPy is the one that TensorFlow takes."""

from copy import deepcopy
from dataclasses import replace

import keras
import numpy as np
import pytest
from scipy import sparse

from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.training import Trainer
from ml.recommenders.dmf.warm_trainer import MemberWeights, WarmTrainer

N_USERS, N_ITEMS = 20, 15
SETTINGS = DMFConfig(width=8, input_dropout=0.0, column_tower=False, learning_rate=1e-3, temperature=0.3)


def board():
    touched = np.random.default_rng(0).random((N_USERS, N_ITEMS)) < 0.3
    touched[0], touched[:, 1] = False, False
    return sparse.csr_array(touched * np.random.default_rng(1).integers(1, 4, touched.shape).astype(np.float32))


def trainer_of(config) -> Trainer:
    """Return the trainer to compare with; it lists a kernel that both towers share twice, here once."""
    trainer = Trainer(board(), config, seed=4)
    trainer._variables = list({id(variable): variable for variable in trainer._variables}.values())
    trainer._optimizer = keras.optimizers.Adam(config.learning_rate)
    trainer._optimizer.build(trainer._variables)
    return trainer


def weights_of(trainer) -> MemberWeights:
    parts = (trainer.users.kernel, trainer.users.bias, trainer.items.free, trainer.items.item_bias)
    copies = [np.zeros(N_ITEMS, np.float32) if part is None else np.asarray(part, np.float32).copy() for part in parts]
    return MemberWeights(*copies)


@pytest.mark.parametrize(
    ("chosen", "n_passes"),
    [
        ({"cosine": True, "shared": True, "item_bias": True, "batch_users": 7}, 3),
        ({"cosine": True, "shared": False, "item_bias": False, "batch_users": 20}, 3),
        ({"cosine": False, "shared": False, "item_bias": False, "batch_users": 7, "binary": False}, 3),
        ({"cosine": True, "shared": True, "item_bias": True, "batch_users": 20, "candidates": 3}, 1),
    ],
    ids=["cosine with all parts", "cosine alone", "dot product, weighted", "sampled candidates"],
)
def test_it_takes_the_steps_of_tensorflow(chosen, n_passes):
    config = replace(SETTINGS, **chosen)
    trainer = trainer_of(config)
    warm = WarmTrainer(weights_of(trainer), config, board(), seed=4)
    before = warm.to_member().item_vectors.copy()

    losses = [(trainer.run_epoch(), warm.run_epoch()) for _ in range(n_passes)]

    expected, member = trainer.to_numpy(), warm.to_member()
    assert not np.allclose(member.item_vectors, before, atol=1e-3)
    np.testing.assert_allclose([loss for _, loss in losses], [loss for loss, _ in losses], rtol=1e-5)
    np.testing.assert_allclose(member.item_vectors, expected.item_vectors, atol=2e-5)
    np.testing.assert_allclose(member.lengths, expected.lengths, atol=2e-5)
    for name in ("kernels", "biases"):
        np.testing.assert_allclose(
            getattr(member.user_tower, name)[0], getattr(expected.user_tower, name)[0], atol=2e-5
        )
    np.testing.assert_allclose(member.user_tower.vectors(board()), expected.user_tower.vectors(board()), atol=1e-4)


def test_the_same_seed_hides_the_same_events_and_another_does_not():
    config = replace(SETTINGS, input_dropout=0.5, cosine=True, shared=False, batch_users=N_USERS)
    weights = weights_of(Trainer(board(), config, seed=4))

    first, again, other = (WarmTrainer(deepcopy(weights), config, board(), seed=seed) for seed in (1, 1, 2))

    losses = [trainer.run_epoch() for trainer in (first, again, other)]
    assert losses[0] == losses[1] != losses[2]
    assert (first.weights.kernel == again.weights.kernel).all()
