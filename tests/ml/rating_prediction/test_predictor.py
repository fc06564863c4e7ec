import numpy as np

from ml.rating_prediction.factor_predictor import FactorPredictor
from tests.ml.rating_prediction.tables import column, common


def test_unknown_sides_leave_the_biases_of_the_other():
    factors = np.full((2, 1), 9.0, np.float32)
    predictor = FactorPredictor(
        **common(), user_factors=factors, item_factors=factors, user_terms=column(0, 0), item_terms=column(0, 0),
        offset=0.0, bounded=False,
    )  # fmt: skip

    assert predictor.predict([0, 0, 1, -1, 7], [0, -1, 1, 1, 9]).tolist() == [3.5, 3.5, 2.0, 2.0, 3.0]
    assert predictor.predict([0], [1]).tolist() == [5.0]  # 81 stars, clipped
