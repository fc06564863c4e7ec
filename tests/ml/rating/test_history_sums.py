import numpy as np

from ml.rating.history_sums import sums_of_all, sums_of_earlier, sums_of_others

KEYS = np.array([0, 1, 0, 0, 1])
VALUES = np.array([[1.0], [10.0], [2.0], [4.0], [20.0]])


def test_all_sums_per_key():
    assert sums_of_all(KEYS, VALUES, 3).tolist() == [[7.0], [30.0], [0.0]]


def test_others_leave_the_row_itself_out():
    assert sums_of_others(KEYS, VALUES, 3).tolist() == [[6.0], [20.0], [5.0], [3.0], [10.0]]


def test_earlier_leaves_out_the_same_moment_and_what_came_after():
    moments = np.array([5.0, 2.0, 1.0, 5.0, 1.0])

    assert sums_of_earlier(KEYS, VALUES, moments).tolist() == [[2.0], [20.0], [0.0], [2.0], [0.0]]


def test_no_rows():
    assert sums_of_earlier(KEYS[:0], VALUES[:0], np.zeros(0)).shape == (0, 1)
