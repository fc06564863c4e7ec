import numpy as np

from ml.rating_prediction.biases import Biases
from tests.ml.rating_prediction.tables import common


def test_the_bias_of_an_unknown_side_is_zero():
    biases = common()["biases"]

    assert biases.predict(np.array([0, -1, 0, -1]), np.array([1, 1, -1, -1])).tolist() == [2.5, 2.0, 3.5, 3.0]


def test_arrays_give_the_same_biases_back():
    biases = common()["biases"]
    again = Biases.from_arrays(biases.to_arrays())

    assert again.mean == 3.0
    assert again.of_users.tolist() == [0.5, 0.0]
    assert again.item_is_known.tolist() == [False, True]
