import numpy as np
import pytest

from ml.rating_prediction.hybrid_predictor import HybridPredictor
from tests.ml.rating_prediction.tables import column, common


def test_the_hybrid_adds_cosine_layer_and_content():
    """Cosine 0.6; layer relu(1 + 1) = 2 times 1; content 0.4: merged 0.6 * 5 + 2 + 0.4 = 5.4; times 0.5 plus 1."""
    rows = np.array([[0.6, 0.8], [1, 0]], np.float32)
    predictor = HybridPredictor(
        **common(), user_factors=rows, item_factors=rows, user_part=np.ones((2, 1), np.float32),
        item_part=np.ones((2, 1), np.float32), cosine_kernel=column(5), hidden_kernel=np.ones((1, 1), np.float32),
        content_part=np.array([[0], [0.4]], np.float32), output_kernel=column(0.5), output_offset=column(1),
    )  # fmt: skip

    assert predictor.predict([0], [1])[0] == pytest.approx(3.7, abs=1e-6)
