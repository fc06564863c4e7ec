from typing import Any

import numpy as np
import pytest
from scipy import sparse

from ml.interactions import InteractionsError
from ml.user_tower import UserTower, UserTowerError

KERNEL = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
BIAS = np.array([0.5, 0], np.float32)


def tower(**changes) -> UserTower:
    settings: dict[str, Any] = {
        "kernels": (KERNEL,),
        "biases": (BIAS,),
        "binary": True,
        "tanh_output": False,
        "unit_length": False,
    }
    return UserTower(**(settings | changes))


def rows(*lines) -> sparse.csr_array:
    return sparse.csr_array(np.array(lines, np.float32))


def test_one_linear_layer():
    assert tower().vectors(rows([1, 0, 0], [0, 4, 0])).tolist() == [[1.5, 0], [0.5, 1]]


def test_a_row_is_divided_by_the_root_of_its_number_of_items():
    np.testing.assert_allclose(tower().vectors(rows([1, 1, 0])), [[0.5 + 0.5**0.5, 0.5**0.5]], rtol=1e-6)


def test_event_weights_count_unless_binary():
    assert tower(binary=False).vectors(rows([0, 4, 0])).tolist() == [[0.5, 4]]


def test_unit_length():
    vectors = tower(unit_length=True).vectors(rows([1, 1, 0], [0, 1, 1]))

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-6)


def test_an_empty_row_is_the_zero_vector():
    for unit_length in (False, True):
        assert tower(unit_length=unit_length).vectors(rows([0, 0, 0])).tolist() == [[0, 0]]
        assert tower(unit_length=unit_length).vector([], []).tolist() == [0, 0]


def test_tanh_stands_between_layers_and_optionally_last():
    second = np.array([[2.0], [1.0]], np.float32)
    two = {"kernels": (KERNEL, second), "biases": (BIAS, np.zeros(1, np.float32))}
    expected = 2 * np.tanh(1.5)

    np.testing.assert_allclose(tower(**two).vectors(rows([1, 0, 0])), [[expected]], rtol=1e-6)
    np.testing.assert_allclose(
        tower(**two, tanh_output=True).vectors(rows([1, 0, 0])), [[np.tanh(expected)]], rtol=1e-6
    )


def test_vector_equals_the_row_and_adds_repetitions():
    one = tower(binary=False)

    assert one.vector([2, 0, 2], [1, 1, 2]).tolist() == one.vectors(rows([1, 0, 3]))[0].tolist()


def test_arrays_round_trip():
    one = tower(unit_length=True)
    again = UserTower.from_arrays(one.to_arrays("user."), "user.")

    assert (again.n_items, again.n_dimensions) == (3, 2)
    assert again.vectors(rows([1, 1, 0])).tolist() == one.vectors(rows([1, 1, 0])).tolist()


def test_from_arrays_names_the_prefix():
    with pytest.raises(UserTowerError, match=r"no user tower with the prefix 'x\.'"):
        UserTower.from_arrays(tower().to_arrays("user."), "x.")


def test_refuses_rows_of_another_width():
    with pytest.raises(UserTowerError, match=r"expected rows \[b, 3\], got \(1, 2\)"):
        tower().vectors(rows([1, 0]))


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
        tower().vector(items, weights)


@pytest.mark.parametrize(
    "changes",
    [{"kernels": ()}, {"biases": (np.zeros(3, np.float32),)}, {"kernels": (KERNEL, KERNEL), "biases": (BIAS, BIAS)}],
)
def test_refuses_layers_that_do_not_fit(changes):
    with pytest.raises(UserTowerError, match="expected"):
        tower(**changes)
