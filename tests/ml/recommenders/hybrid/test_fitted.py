import numpy as np

from ml.recommenders.hybrid.fitted import standardised


def test_scores_are_divided_by_their_deviation_over_the_known_items():
    """Of the known items 1 and 3 the deviation is 1, of 2 and 2 it is 0."""
    scores = np.array([[1, 9, 3], [2, 9, 2], [4, 0, 0]], np.float32)

    found = standardised(scores, np.array([True, False, True]))

    assert found.tolist() == [[1.0, 9.0, 3.0], [0.0, 0.0, 0.0], [2.0, 0.0, 0.0]]
