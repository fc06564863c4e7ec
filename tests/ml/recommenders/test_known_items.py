import numpy as np

from ml.recommenders.known_items import put_unknown_last


def test_unknown_items_stand_one_below_the_lowest_known_of_the_row():
    scores = np.array([[9, 2, -3, 0], [9, 0, 0, 5]], np.float32)

    assert put_unknown_last(scores, np.array([False, True, True, True])).tolist() == [[-4, 2, -3, 0], [-1, 0, 0, 5]]


def test_nothing_changes_where_all_are_known():
    assert put_unknown_last(np.array([[1, 2]], np.float32), np.array([True, True])).tolist() == [[1, 2]]
