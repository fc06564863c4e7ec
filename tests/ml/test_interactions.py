import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions, InteractionsError
from ml.vocabulary import Vocabulary


def interactions(users, items, weights=None, timestamps=None, n_users=3, n_items=4) -> Interactions:
    return Interactions(
        np.asarray(users),
        np.asarray(items),
        np.ones(len(users), np.float32) if weights is None else np.asarray(weights),
        None if timestamps is None else np.asarray(timestamps),
        n_users,
        n_items,
    )


def test_arrays_are_converted_and_read_only():
    made = interactions([0, 2], [3, 1], timestamps=[10, 20])

    assert (made.users.dtype, made.items.dtype, made.weights.dtype) == (np.int32, np.int32, np.float32)
    assert made.timestamps is not None
    assert made.timestamps.dtype == np.float64
    with pytest.raises(ValueError, match="read-only"):
        made.weights[0] = 2


def test_the_callers_arrays_stay_writeable():
    weights = np.ones(1, np.float32)
    Interactions(np.zeros(1, np.int32), np.zeros(1, np.int32), weights, None, 1, 1)
    weights[0] = 5

    assert weights.tolist() == [5.0]


def test_to_csr_sums_duplicates_in_order():
    matrix = interactions([1, 0, 1, 1], [2, 3, 2, 0], [1.0, 2.0, 0.5, 4.0]).to_csr()

    assert matrix.dtype == np.float32
    assert matrix.toarray().tolist() == [[0, 0, 0, 2], [4, 0, 1.5, 0], [0, 0, 0, 0]]
    assert matrix.indices.tolist() == [3, 0, 2]


def test_from_csr_gives_the_same_matrix():
    matrix = sparse.csr_array(np.array([[0, 2, 0], [1, 0, 3]], np.float32))
    made = Interactions.from_csr(matrix)

    assert made.users.tolist() == [0, 1, 1]
    assert made.to_csr().toarray().tolist() == matrix.toarray().tolist()


def test_select_keeps_sizes():
    made = interactions([0, 1, 2], [3, 1, 0], timestamps=[1, 2, 3]).select(np.array([True, False, True]))

    assert (made.users.tolist(), made.n_users, made.n_items) == ([0, 2], 3, 4)
    assert made.timestamps is not None
    assert made.timestamps.tolist() == [1, 3]


def test_no_interactions_at_all():
    nothing = interactions([], [], n_users=0, n_items=0)

    assert len(nothing) == 0
    assert nothing.to_csr().shape == (0, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weights": [1, np.nan]}, r"weights\[1\] is nan, expected a finite number"),
        ({"weights": [1, np.inf]}, r"weights\[1\] is inf, expected a finite number"),
        ({"weights": [1e300, 1]}, r"weights\[0\] is 1e\+300, expected a finite number"),
        ({"weights": [1, -2]}, r"weights\[1\] is -2.0, expected >= 0"),
        ({"weights": ["a", "b"]}, "weights has dtype <U1, expected numbers"),
        ({"users": [0, 3]}, r"users\[1\] is 3, expected 0 to 2"),
        ({"items": [-1, 0]}, r"items\[0\] is -1, expected 0 to 3"),
        ({"items": [0, 2**32]}, r"items\[1\] is 4294967296, expected 0 to 3"),
        ({"users": [0.5, 1]}, "users has dtype float64, expected whole numbers"),
        ({"users": [[0, 1]]}, r"users has shape \(1, 2\), expected one axis"),
        ({"items": [0, 1, 2]}, r"items has shape \(3,\), expected \(2,\) as users"),
        ({"timestamps": [1.0, np.nan]}, r"timestamps\[1\] is nan"),
        ({"timestamps": [1.0]}, r"timestamps has shape \(1,\)"),
        ({"n_items": -1}, "n_items is -1"),
    ],
)
def test_refuses(change, message):
    arguments = {"users": [0, 1], "items": [0, 1], "weights": [1.0, 1.0]} | change
    with pytest.raises(InteractionsError, match=message):
        interactions(**arguments)


def test_from_raw():
    made = Interactions.from_raw(
        ["u", "v"],
        ["x", "y"],
        timestamps=[5, 6],
        user_vocabulary=Vocabulary(["v", "u"]),
        item_vocabulary=Vocabulary(["x", "z", "y"]),
    )

    assert (made.users.tolist(), made.items.tolist(), made.weights.tolist()) == ([1, 0], [0, 2], [1, 1])
    assert (made.n_users, made.n_items) == (2, 3)


def test_from_raw_names_the_unknown_id():
    with pytest.raises(InteractionsError, match="row 1: item 'y' is not in the vocabulary"):
        Interactions.from_raw(
            ["u", "u"], ["x", "y"], user_vocabulary=Vocabulary(["u"]), item_vocabulary=Vocabulary(["x"])
        )
