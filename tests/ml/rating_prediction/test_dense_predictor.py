import numpy as np

from ml.rating_prediction.dense_predictor import DensePredictor
from tests.ml.rating_prediction.tables import column, common


def test_dense_layers_are_leaky_below_zero():
    """Hidden (2, -1) becomes (2, -0.5); times (1, 2) is 1, plus 1.5."""
    predictor = DensePredictor(
        **common(), user_part=np.array([[1, 0], [0, 0]], np.float32), item_part=np.array([[0, 0], [1, -1]], np.float32),
        kernels=(np.array([[1], [2]], np.float32),), offsets=(column(1.5),), slope=0.5,
    )  # fmt: skip

    assert predictor.predict([0], [1]).tolist() == [2.5]
