import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.base import RecommenderError
from ml.recommenders.item_knn import ItemKNN, ItemKNNConfig

MATRIX = sparse.csr_array(np.array([[1, 1, 0, 0], [2, 1, 1, 0], [1, 0, 1, 0]], np.float32))


def fit(**settings):
    return ItemKNN(ItemKNNConfig(**({"shrinkage": 0.0} | settings))).fit(Interactions.from_csr(MATRIX))


def test_cosine_of_columns_best_first():
    fitted = fit()

    assert fitted.neighbours.tolist() == [[1, 2, -1], [0, 2, -1], [0, 1, -1], [-1, -1, -1]]
    cosine = 2 / np.sqrt(6)
    expected = [[cosine, cosine, 0], [cosine, 0.5, 0], [cosine, 0.5, 0], [0, 0, 0]]
    np.testing.assert_allclose(fitted.similarities, expected, rtol=1e-6)


def test_shrinkage_damps():
    np.testing.assert_allclose(fit(shrinkage=2.0).similarities[1, :2], [2 / (6**0.5 + 2), 1 / (2 + 2)], rtol=1e-6)


def test_event_weights_count_unless_binary():
    np.testing.assert_allclose(fit(binary=False).similarities[0, 0], 3 / np.sqrt(6 * 2), rtol=1e-6)


def test_only_the_nearest_are_kept():
    fitted = fit(n_neighbours=1)

    assert fitted.neighbours.tolist() == [[1], [0], [0], [-1]]


def test_scores_add_up_similarities_to_what_was_touched():
    fitted = fit()
    row = sparse.csr_array(np.array([[0, 1, 1, 0]], np.float32))

    np.testing.assert_allclose(fitted.scores(row), [[4 / np.sqrt(6), 0.5, 0.5, 0]], rtol=1e-6)


@pytest.mark.parametrize("settings", [{"n_neighbours": 0}, {"shrinkage": -1.0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(RecommenderError, match="expected n_neighbours >= 1 and shrinkage >= 0"):
        ItemKNNConfig(**settings)
