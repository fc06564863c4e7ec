import numpy as np

from ml.rating_prediction.star_predictor import StarPredictor, point_of
from tests.ml.rating_prediction.tables import column, common


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
