import numpy as np
import pytest

from ml.rating_prediction.factor_predictor import FactorPredictor
from tests.ml.rating_prediction.tables import column, common


@pytest.mark.parametrize(("bounded", "expected"), [(False, 2.25), (True, 1 + 4 / (1 + np.exp(-2.25)))])
def test_factors_and_terms_are_added_up(bounded, expected):
    predictor = FactorPredictor(
        **common(), user_factors=np.array([[1, 2], [0, 0]], np.float32),
        item_factors=np.array([[0, 0], [2, -1]], np.float32), user_terms=column(0.25, 0),
        item_terms=column(0, 1), offset=1.0, bounded=bounded,
    )  # fmt: skip

    assert predictor.predict([0], [1])[0] == pytest.approx(expected, abs=1e-6)
