"""Nearest centroids, with answers worked out by hand."""

import numpy as np
import pytest

from ml import centroids as module
from ml.centroids import nearest_centroids
from tests.ml.small_index import floats

CORNERS = np.array([[0, 0], [4, 0], [0, 4]], np.float32)


def test_each_vector_gets_its_nearest():
    vectors = np.array([[1, 1], [3, 1], [-9, 5], [0, 0]], np.float32)

    labels = nearest_centroids(vectors, CORNERS)

    assert labels.tolist() == [0, 1, 2, 0]
    assert labels.dtype == np.int32


def test_of_equally_near_ones_the_first():
    assert nearest_centroids(np.array([[2, 0], [2, 2]], np.float32), CORNERS).tolist() == [0, 0]


def test_batches_do_not_change_the_answer(monkeypatch):
    vectors = np.random.default_rng(0).normal(size=(50, 2)).astype(np.float32)
    whole = nearest_centroids(vectors, CORNERS)
    monkeypatch.setattr(module, "VECTORS_PER_BATCH", 7)

    assert nearest_centroids(vectors, CORNERS).tolist() == whole.tolist()


def test_no_vectors_no_labels():
    assert nearest_centroids(np.zeros((0, 2), np.float32), CORNERS).tolist() == []


@pytest.mark.parametrize(
    ("vectors", "centroids"),
    [
        pytest.param(floats(1, 2), CORNERS, id="one axis"),
        pytest.param(np.zeros((2, 3), np.float32), CORNERS, id="other dimensions"),
        pytest.param(np.zeros((2, 2), np.float32), CORNERS[:0], id="no centroid"),
    ],
)
def test_shapes_that_do_not_fit_are_refused(vectors, centroids):
    with pytest.raises(ValueError, match=r"expected vectors \[n, d\] and centroids \[k, d\]"):
        nearest_centroids(vectors, centroids)
