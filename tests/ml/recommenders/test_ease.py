import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders import ease
from ml.recommenders.base import RecommenderError
from ml.recommenders.ease import EASE, EASEConfig, FittedEASE

LAMBDA = 2.0
# Two items and one user more than the other way round, so that each is fitted by its shorter side.
WIDE = np.array([[1, 1, 0, 1, 0, 0], [1, 0, 1, 0, 1, 0], [0, 1, 1, 0, 0, 1], [1, 1, 0, 0, 0, 1]], np.float32)


def fit(board, **settings) -> FittedEASE:
    config = EASEConfig(**({"regularization": LAMBDA} | settings))
    fitted = EASE(config).fit(Interactions.from_csr(sparse.csr_array(np.asarray(board, np.float32))))
    assert isinstance(fitted, FittedEASE)
    return fitted


def expected_weights(board) -> np.ndarray:
    """Equation 8 as it stands, in double precision."""
    inverse = np.linalg.inv(board.T @ board + LAMBDA * np.eye(board.shape[1]))
    weights = np.eye(board.shape[1]) - inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


@pytest.mark.parametrize("board", [WIDE, WIDE.T], ids=["fewer users", "fewer items"])
def test_scores_are_the_row_times_the_weights(board):
    fitted = fit(board)

    assert bool(fitted.by_user.size) == (board.shape[0] < board.shape[1])
    np.testing.assert_allclose(
        fitted.scores(sparse.csr_array(board)), board @ expected_weights(board), rtol=1e-4, atol=1e-6
    )


def test_two_items_by_hand():
    """X'X = [[2, 1], [1, 1]], with lambda 2 [[4, 1], [1, 3]]; P = [[3, -1], [-1, 4]] / 11; B_01 = 1/4, B_10 = 1/3."""
    fitted = fit([[1, 1], [1, 0], [0, 0]])

    np.testing.assert_allclose(fitted.by_item, [[0, 1 / 4], [1 / 3, 0]], rtol=1e-6)


def test_event_weights_do_not_count():
    assert np.array_equal(fit(WIDE * 7).scores(sparse.csr_array(WIDE * 3)), fit(WIDE).scores(sparse.csr_array(WIDE)))


@pytest.mark.parametrize("board", [WIDE, WIDE.T], ids=["fewer users", "fewer items"])
def test_items_nobody_touched_take_no_part_and_come_last(board):
    padded = np.insert(board, 2, 0, axis=1)
    with_unknown = fit(padded).scores(sparse.csr_array(padded))

    np.testing.assert_allclose(np.delete(with_unknown, 2, axis=1), fit(board).scores(sparse.csr_array(board)))
    assert (with_unknown[:, 2] < np.delete(with_unknown, 2, axis=1).min(axis=1)).all()


@pytest.mark.parametrize("board", [WIDE, WIDE.T], ids=["fewer users", "fewer items"])
def test_neighbours_are_the_largest_weights_of_each_row(board, monkeypatch):
    monkeypatch.setattr(ease, "ITEMS_PER_BLOCK", 2)
    padded = np.insert(board, 0, 0, axis=1)
    neighbours, weights = fit(padded).neighbours(3)
    expected = expected_weights(board)

    assert (neighbours.dtype, weights.dtype) == (np.int32, np.float32)
    assert neighbours[0].tolist() == [-1, -1, -1]
    assert weights[0].tolist() == [0, 0, 0]
    for item, row in enumerate(expected, start=1):
        best = sorted(row[row > 1e-6], reverse=True)[:3]
        np.testing.assert_allclose(weights[item], best + [0] * (3 - len(best)), atol=1e-6)
        np.testing.assert_allclose(row[neighbours[item, : len(best)] - 1], best, rtol=1e-4)
        assert (neighbours[item, len(best) :] == -1).all()


def test_more_neighbours_than_items_are_padded():
    neighbours, weights = fit([[1, 1], [1, 0]]).neighbours(4)

    assert neighbours.tolist() == [[1, -1, -1, -1], [0, -1, -1, -1]]
    assert (weights[:, 0] > 0).all()
    assert not weights[:, 1:].any()


def test_inverse_is_whole_and_symmetric_across_blocks(monkeypatch):
    monkeypatch.setattr(ease, "ITEMS_PER_BLOCK", 3)
    board = np.random.default_rng(0).random((7, 9)) < 0.4
    fitted = fit(board)

    rows = board[board.any(axis=1)].astype(float)
    np.testing.assert_allclose(
        fitted.by_user, np.linalg.inv(rows @ rows.T + LAMBDA * np.eye(rows.shape[0])), rtol=1e-4, atol=1e-6
    )


def test_too_large_for_an_inverse_is_refused(monkeypatch):
    monkeypatch.setattr(ease, "LARGEST_INVERSE", 3)

    with pytest.raises(RecommenderError, match="6 items or the 4 users .* takes at most 3; use item_knn"):
        fit(WIDE)
    assert fit(WIDE[:3]).n_items == 6


def test_regularization_left_open_is_the_root_of_the_number_of_pairs():
    assert WIDE.sum() == 12
    assert np.array_equal(fit(WIDE, regularization=None).by_user, fit(WIDE, regularization=12**0.5).by_user)


@pytest.mark.parametrize("regularization", [0.0, -1.0, float("nan"), float("inf")])
def test_settings_out_of_range_are_refused(regularization):
    with pytest.raises(RecommenderError, match="regularization is .*, expected a number > 0"):
        EASEConfig(regularization=regularization)


def test_neighbours_below_one_are_refused():
    with pytest.raises(RecommenderError, match="k is 0, expected at least 1"):
        fit(WIDE).neighbours(0)


def test_a_loaded_one_gives_the_same_neighbours(tmp_path):
    fitted = fit(WIDE)
    fitted.save(tmp_path / "saved")

    for loaded, kept in zip(FittedEASE.load(tmp_path / "saved").neighbours(2), fitted.neighbours(2), strict=True):
        assert np.array_equal(loaded, kept)


def test_leverage_stays_below_one():
    leverage = fit(WIDE).leverage

    assert (leverage > 0).all()
    assert (leverage < 1).all()
