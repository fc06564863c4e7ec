from typing import Any

import numpy as np
import pytest
from scipy import sparse

from ml import ridge_fold_in
from ml.interactions import InteractionsError
from ml.ridge_fold_in import RidgeFoldIn, RidgeFoldInError

Y = np.array([[1, 0], [0, 2], [1, 1]], np.float32)


def fold_in(**changes) -> RidgeFoldIn:
    settings: dict[str, Any] = {"item_vectors": Y, "regularization": 1.0, "alpha": 3.0}
    return RidgeFoldIn(**(settings | changes))


def rows(*lines) -> sparse.csr_array:
    return sparse.csr_array(np.array(lines, np.float32))


def test_one_item_by_hand():
    """Y'Y + I = [[3, 1], [1, 6]]; item 0 adds 2 to the first corner: [[5, 1], [1, 6]] x = [3, 0]; x = [18, -3] / 29."""
    np.testing.assert_allclose(fold_in().vectors(rows([1, 0, 0])), [[18 / 29, -3 / 29]], rtol=1e-6)


def test_the_vector_minimises_the_weighted_squared_error():
    vector = fold_in().vector([0, 2], [1, 1]).astype(np.float64)
    confidence, preference = np.array([3, 1, 3]), np.array([1, 0, 1])
    gradient = -(Y.T * confidence) @ (preference - Y @ vector) + vector

    np.testing.assert_allclose(gradient, 0, atol=1e-6)


def test_event_weights_do_not_count_and_repetitions_are_one():
    assert fold_in().vector([2, 0, 2], [1, 5, 2]).tolist() == fold_in().vectors(rows([1, 0, 1]))[0].tolist()


def test_an_empty_row_is_the_zero_vector():
    assert fold_in().vectors(rows([0, 0, 0])).tolist() == [[0, 0]]
    assert fold_in().vector([], []).tolist() == [0, 0]
    assert fold_in().vectors(sparse.csr_array(np.zeros((0, 3), np.float32))).shape == (0, 2)


def test_rows_are_the_same_alone_and_across_blocks(monkeypatch):
    monkeypatch.setattr(ridge_fold_in, "ROWS_PER_BLOCK", 2)
    board = rows([1, 0, 0], [0, 1, 1], [0, 0, 0], [1, 1, 1], [0, 0, 1])

    together = fold_in().vectors(board)
    np.testing.assert_allclose(
        together, np.concatenate([fold_in().vectors(board[[i], :]) for i in range(5)]), rtol=1e-6
    )
    assert together.dtype == np.float32


def test_arrays_round_trip():
    one = fold_in(regularization=0.1)
    again = RidgeFoldIn.from_arrays(one.to_arrays("user."), "user.")

    assert (again.n_items, again.n_dimensions, again.regularization, again.alpha) == (3, 2, 0.1, 3.0)
    assert again.vectors(rows([1, 1, 0])).tolist() == one.vectors(rows([1, 1, 0])).tolist()


def test_from_arrays_names_the_prefix():
    with pytest.raises(RidgeFoldInError, match=r"no fold-in with the prefix 'x\.': 'x\.settings' is missing"):
        RidgeFoldIn.from_arrays(fold_in().to_arrays("user."), "x.")


def test_refuses_rows_of_another_width():
    with pytest.raises(RidgeFoldInError, match=r"expected rows \[b, 3\], got \(1, 2\)"):
        fold_in().vectors(rows([1, 0]))


@pytest.mark.parametrize(
    ("items", "weights", "message"),
    [
        ([3], [1], "expected 0 to 2"),
        ([-1], [1], "expected 0 to 2"),
        ([0], [1, 1], r"\(2,\), expected \(1,\)"),
    ],
)
def test_refuses_items(items, weights, message):
    with pytest.raises(InteractionsError, match=message):
        fold_in().vector(items, weights)


@pytest.mark.parametrize("changes", [{"item_vectors": Y[0]}, {"regularization": 0.0}, {"alpha": 0.0}])
def test_refuses_settings_that_do_not_fit(changes):
    with pytest.raises(RidgeFoldInError, match="expected item_vectors"):
        fold_in(**changes)
