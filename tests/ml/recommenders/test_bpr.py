import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.base import RecommenderError
from ml.recommenders.bpr import BPR, BPRConfig, FittedBPR

BLOCKS = np.kron(np.eye(2), np.ones((8, 8))).astype(np.float32)


def fit(board, *, seed: int = 0, **settings) -> FittedBPR:
    fitted = BPR(BPRConfig(**settings)).fit(Interactions.from_csr(sparse.csr_array(board)), seed=seed)
    assert isinstance(fitted, FittedBPR)
    return fitted


def test_touched_items_stand_above_the_others():
    users = np.arange(16, dtype=np.int32)
    scores = fit(BLOCKS, factors=8).scores(sparse.csr_array(BLOCKS), users)

    assert (np.where(BLOCKS > 0, scores, np.inf).min(axis=1) > np.where(BLOCKS > 0, -np.inf, scores).max(axis=1)).all()


def test_the_last_dimension_is_the_bias_of_the_item():
    fitted = fit(BLOCKS, factors=8, iterations=1)

    assert fitted.user_vectors.shape == (16, 9)
    assert (fitted.user_vectors[:, -1] == 1).all()


def test_a_user_without_events_gets_the_biases_alone():
    board = np.vstack([BLOCKS, np.zeros((1, 16), np.float32)])
    fitted = fit(board, factors=8)
    scores = fitted.scores(sparse.csr_array(board[[16]]), np.array([16], np.int32))

    assert np.array_equal(scores[0], fitted.item_vectors[:, -1])


def test_event_weights_do_not_count():
    assert np.array_equal(fit(BLOCKS * 4, iterations=5).item_vectors, fit(BLOCKS, iterations=5).item_vectors)


def test_the_same_seed_gives_exactly_the_same_and_another_does_not():
    first, again, other = (fit(BLOCKS, seed=seed, iterations=5).item_vectors for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    "settings", [{"factors": 0}, {"iterations": 0}, {"learning_rate": 0.0}, {"regularization": -1}]
)
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(RecommenderError, match="expected factors and iterations >= 1, learning_rate > 0"):
        BPRConfig(**settings)
