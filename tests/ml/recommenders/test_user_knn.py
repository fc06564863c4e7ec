import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders import user_knn
from ml.recommenders.base import RecommenderError
from ml.recommenders.user_knn import FittedUserKNN, UserKNN, UserKNNConfig

BOARD = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [2, 1, 1, 0], [0, 0, 0, 0], [0, 0, 0, 1]], np.float32)
ROW = np.array([[1, 1, 0, 0]], np.float32)
TO_TWO = 2 / 6**0.5  # the row and user 2 share two items of 2 and 3


def fit(**settings) -> FittedUserKNN:
    fitted = UserKNN(UserKNNConfig(**settings)).fit(Interactions.from_csr(sparse.csr_array(BOARD)))
    assert isinstance(fitted, FittedUserKNN)
    return fitted


def scores(lines, **settings) -> np.ndarray:
    return fit(**settings).scores(sparse.csr_array(np.array(lines, np.float32)))


def test_scores_add_up_the_cosines_of_those_who_touched_an_item():
    expected = [1 + TO_TWO, 1 + 0.5 + TO_TWO, 0.5 + TO_TWO, 0]

    np.testing.assert_allclose(scores(ROW), [expected], rtol=1e-6)


def test_shrinkage_damps():
    near, far = 2 / (6**0.5 + 3), 1 / (2 + 3)

    np.testing.assert_allclose(scores(ROW, shrinkage=3.0)[0, 2], near + far, rtol=1e-6)


def test_only_the_nearest_speak():
    np.testing.assert_allclose(scores(ROW, n_neighbours=2), [[1 + TO_TWO, 1 + TO_TWO, TO_TWO, 0]], rtol=1e-6)


def test_equally_near_users_of_lower_index_speak_first():
    """Users 0 and 1 share one of two items with the row, user 2 one of three."""
    np.testing.assert_allclose(scores([[0, 1, 0, 0]], n_neighbours=1), [[0.5**0.5, 0.5**0.5, 0, 0]], rtol=1e-6)


def test_event_weights_do_not_count():
    assert np.array_equal(scores(ROW * 9), scores(ROW))


def test_users_without_events_are_not_kept():
    assert fit().touched.shape == (4, 4)


def test_blocks_of_rows_do_not_show(monkeypatch):
    together = scores(BOARD)
    monkeypatch.setattr(user_knn, "ROWS_PER_BLOCK", 2)

    assert np.array_equal(scores(BOARD), together)


@pytest.mark.parametrize("settings", [{"n_neighbours": 0}, {"shrinkage": -1.0}, {"shrinkage": float("nan")}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(RecommenderError, match="expected n_neighbours >= 1 and shrinkage >= 0"):
        UserKNNConfig(**settings)
