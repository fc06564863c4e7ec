from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders import mf_softmax
from ml.recommenders.base import RecommenderError
from ml.recommenders.mf_softmax import Adam, FittedMFSoftmax, MFSoftmax, MFSoftmaxConfig, Trainer
from ml.recommenders.popularity import Popularity

BLOCKS = np.kron(np.eye(2), np.ones((8, 8))).astype(np.float32)
SMALL = MFSoftmaxConfig(dimensions=4, epochs=40, penalty=0.0)


def fit(board, *, seed: int = 0, config: MFSoftmaxConfig = SMALL) -> FittedMFSoftmax:
    fitted = MFSoftmax(config).fit(Interactions.from_csr(sparse.csr_array(board)), seed=seed)
    assert isinstance(fitted, FittedMFSoftmax)
    return fitted


def test_a_step_goes_down_the_gradient_of_the_cross_entropy(monkeypatch):
    """The gradients handed to Adam, against differences of the loss computed as it stands."""
    board = np.array([[1, 0, 1, 0], [0, 1, 0, 0], [0, 1, 1, 0]], np.float32)
    config = replace(SMALL, dimensions=2, penalty=0.3)
    given: list[np.ndarray] = []
    monkeypatch.setattr(Adam, "move", lambda self, where, gradient, step: given.append(gradient))
    monkeypatch.setattr(mf_softmax, "LEAST_STEPS", 1)
    trainer = Trainer(sparse.csr_array(board), config, seed=3)
    start = trainer.fitted()
    vectors = np.concatenate([start.user_vectors, start.item_vectors[:3]]).astype(np.float64)

    def objective(flat: np.ndarray) -> float:
        users, items = np.split(flat.reshape(6, 2), [3])
        scores = users @ items.T
        log_softmax = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        penalty = 0.3 / 2 * ((users**2).sum() / 3 + (items**2).sum() / 3)
        return float(-(board[:, :3] * log_softmax).sum() / board.sum() + penalty)

    shifts = 1e-5 * np.eye(vectors.size)
    flat = vectors.ravel()
    expected = [float((objective(flat + shift) - objective(flat - shift)) / 2e-5) for shift in shifts]
    mean_loss = trainer.run_epoch()

    assert np.concatenate(given).ravel().tolist() == pytest.approx(expected, abs=1e-5)
    assert mean_loss == pytest.approx(objective(flat) - 0.3 / 2 * (flat**2).sum() / 3, rel=1e-5)


def test_adam_by_hand():
    """The first step is the learning rate against the gradient's sign, however large it is."""
    adam = Adam(np.zeros((2, 1), np.float32), 0.1)
    adam.move(np.array([1]), np.array([[5.0]], np.float32), 1)
    adam.move(np.array([1]), np.array([[-5.0]], np.float32), 2)

    second = 0.1 * (0.9 * 0.5 - 0.5) / (1 - 0.81) / 5
    assert adam.values.ravel().tolist() == pytest.approx([0.0, -0.1 - second], rel=1e-4)


def test_touched_items_stand_above_the_others():
    scores = fit(BLOCKS).scores(sparse.csr_array(BLOCKS), np.arange(16, dtype=np.int32))

    assert (np.where(BLOCKS > 0, scores, np.inf).min(axis=1) > np.where(BLOCKS > 0, -np.inf, scores).max(axis=1)).all()


def test_users_and_items_without_events_have_zero_vectors():
    board = BLOCKS.copy()
    board[5], board[:, 9] = 0, 0
    fitted = fit(board)

    assert not fitted.user_vectors[5].any()
    assert not fitted.item_vectors[9].any()
    assert fitted.is_known.tolist() == [item != 9 for item in range(16)]


def test_the_same_seed_gives_exactly_the_same_and_another_does_not():
    first, again, other = (fit(BLOCKS, seed=seed).item_vectors for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_search_stops_when_validation_gets_no_better(monkeypatch):
    """A perfect figure at the first check cannot be bettered: patience 2 ends the search at the third."""
    figures: list[float] = []

    class Perfect:
        def summary(self) -> dict[str, float]:
            figures.append(1.0)
            return {"ndcg_at_10": 1.0}

    monkeypatch.setattr(mf_softmax, "evaluate_ranking", lambda *_: Perfect())
    fitted = fit(BLOCKS, config=replace(SMALL, epochs=None, patience=2))

    assert fitted.epochs == mf_softmax.EPOCHS_BETWEEN_CHECKS
    assert len(figures) == 3


def test_repeating_makes_as_many_passes_without_a_search():
    recommender = MFSoftmax(replace(SMALL, epochs=None))
    again = recommender.with_settings_of(replace(fit(BLOCKS), epochs=7))

    assert again.config == replace(SMALL, epochs=7)
    assert (
        recommender.with_settings_of(Popularity().fit(Interactions.from_csr(sparse.csr_array(BLOCKS)))) is recommender
    )


def test_a_loaded_one_remembers_its_passes(tmp_path):
    fit(BLOCKS).save(tmp_path / "saved")

    assert FittedMFSoftmax.load(tmp_path / "saved").epochs == 40


@pytest.mark.parametrize(
    "settings", [{"dimensions": 0}, {"epochs": 0}, {"patience": 0}, {"learning_rate": 0.0}, {"penalty": -1.0}]
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(RecommenderError, match="expected whole numbers >= 1, learning_rate > 0 and penalty >= 0"):
        MFSoftmaxConfig(**settings)
