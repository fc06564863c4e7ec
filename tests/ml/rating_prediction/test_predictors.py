"""The formulas, on numbers small enough to check by hand; tests/ml/rating/test_contract.py has what holds for all."""

import numpy as np
import pytest

from ml.rating_prediction.biases import Biases
from ml.rating_prediction.dense_predictor import DensePredictor
from ml.rating_prediction.factor_predictor import FactorPredictor
from ml.rating_prediction.hybrid_predictor import HybridPredictor
from ml.rating_prediction.star_predictor import StarPredictor, point_of


def column(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def common() -> dict:
    """User 0 and item 1 have ratings, user 1 and item 0 have none."""
    known = np.array([True, False])
    biases = Biases(3.0, column(0.5, 0.0), column(0.0, -1.0), known, ~known)
    return {"model": "m", "scale": (1.0, 5.0), "biases": biases}


def test_unknown_sides_leave_the_biases_of_the_other():
    factors = np.full((2, 1), 9.0, np.float32)
    predictor = FactorPredictor(
        **common(), user_factors=factors, item_factors=factors, user_terms=column(0, 0), item_terms=column(0, 0),
        offset=0.0, bounded=False,
    )  # fmt: skip

    assert predictor.predict([0, 0, 1, -1, 7], [0, -1, 1, 1, 9]).tolist() == [3.5, 3.5, 2.0, 2.0, 3.0]
    assert predictor.predict([0], [1]).tolist() == [5.0]  # 81 stars, clipped


@pytest.mark.parametrize(("bounded", "expected"), [(False, 2.25), (True, 1 + 4 / (1 + np.exp(-2.25)))])
def test_factors_and_terms_are_added_up(bounded, expected):
    predictor = FactorPredictor(
        **common(), user_factors=np.array([[1, 2], [0, 0]], np.float32),
        item_factors=np.array([[0, 0], [2, -1]], np.float32), user_terms=column(0.25, 0),
        item_terms=column(0, 1), offset=1.0, bounded=bounded,
    )  # fmt: skip

    assert predictor.predict([0], [1])[0] == pytest.approx(expected, abs=1e-6)


def test_dense_layers_are_leaky_below_zero():
    """Hidden (2, -1) becomes (2, -0.5); times (1, 2) is 1, plus 1.5."""
    predictor = DensePredictor(
        **common(), user_part=np.array([[1, 0], [0, 0]], np.float32), item_part=np.array([[0, 0], [1, -1]], np.float32),
        kernels=(np.array([[1], [2]], np.float32),), offsets=(column(1.5),), slope=0.5,
    )  # fmt: skip

    assert predictor.predict([0], [1]).tolist() == [2.5]


def test_the_hybrid_adds_cosine_layer_and_content():
    """Cosine 0.6; layer relu(1 + 1) = 2 times 1; content 0.4: merged 0.6 * 5 + 2 + 0.4 = 5.4; times 0.5 plus 1."""
    rows = np.array([[0.6, 0.8], [1, 0]], np.float32)
    predictor = HybridPredictor(
        **common(), user_factors=rows, item_factors=rows, user_part=np.ones((2, 1), np.float32),
        item_part=np.ones((2, 1), np.float32), cosine_kernel=column(5), hidden_kernel=np.ones((1, 1), np.float32),
        content_part=np.array([[0], [0.4]], np.float32), output_kernel=column(0.5), output_offset=column(1),
    )  # fmt: skip

    assert predictor.predict([0], [1])[0] == pytest.approx(3.7, abs=1e-6)


def test_the_point_lies_between_mean_and_median_and_the_biases():
    """Equal logits but for item 1, which makes 5 stars three times as likely as 1: mean 4, median 5, biases 2.5."""
    logits = np.zeros((3, 2), np.float32)
    of_items = np.array([[0, 0], [0, np.log(3)], [0, 0]], np.float32)
    given = common() | {"levels": column(1, 5), "user_logits": logits, "item_logits": of_items}
    stars = [
        StarPredictor(**given, median_weight=median, bias_weight=bias).predict([0], [1])[0]
        for median, bias in ((0, 0), (1, 0), (0.5, 0), (0, 1))
    ]

    np.testing.assert_allclose(stars, [4.0, 5.0, 4.5, 2.5], atol=1e-5)


def test_the_median_is_the_first_level_that_reaches_half():
    chances = np.array([[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]])

    assert point_of(chances, np.array([1.0, 2.0, 3.0]), 1.0).tolist() == [1.0, 3.0]
