"""The Keras towers, and that NumPy computes the same user vectors."""

import numpy as np
import pytest
import tensorflow as tf
from scipy import sparse

from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.towers import ColumnTower, RowTower, drop


@pytest.fixture
def matrix():
    random = np.random.default_rng(3)
    dense = (random.random((7, 11)) < 0.4).astype(np.float32)
    dense[2] = 0
    return sparse.csr_array(dense)


def scaled_rows(matrix, *, binary):
    coordinates = matrix.tocoo()
    counts = np.maximum(np.diff(matrix.indptr), 1)
    values = np.ones_like(coordinates.data) if binary else coordinates.data
    values = (values / np.sqrt(counts[coordinates.row])).astype(np.float32)
    return tf.SparseTensor(np.stack([coordinates.row, coordinates.col], 1).astype(np.int64), values, matrix.shape)


@pytest.mark.parametrize("cosine", [True, False])
@pytest.mark.parametrize("binary", [True, False])
def test_numpy_fold_in_equals_keras(matrix, cosine, binary):
    matrix = matrix * 3 if not binary else matrix
    tower = RowTower(11, DMFConfig(width=5, cosine=cosine, binary=binary), seed=0)
    random = np.random.default_rng(0)
    tower.set_weights([random.normal(size=(11, 5)), random.normal(size=5)])

    keras_vectors = tower(scaled_rows(matrix, binary=binary)).numpy()
    has_events = np.diff(matrix.indptr) > 0

    np.testing.assert_allclose(tower.to_numpy().vectors(matrix)[has_events], keras_vectors[has_events], atol=1e-5)
    assert has_events.sum() == 6
    assert (tower.to_numpy().vectors(matrix)[2] == 0).all()


def test_item_vectors_are_the_free_ones_plus_the_column(matrix):
    config = DMFConfig(width=5, cosine=False, column_tower=True, input_dropout=0.5)
    tower = ColumnTower(matrix, RowTower(11, config, seed=0), config, seed=0)
    random = np.random.default_rng(1)
    free, kernel, bias = random.normal(size=(11, 5)), random.normal(size=(7, 5)), random.normal(size=5)
    tower.set_weights([free, kernel, bias])
    columns = matrix.toarray().T
    scaled = columns / np.sqrt(np.maximum(columns.sum(1, keepdims=True), 1))

    np.testing.assert_allclose(tower.to_numpy()[0], free + np.tanh(scaled @ kernel + bias), atol=1e-5)


def test_shared_item_vectors_add_the_rows_of_the_first_layer(matrix):
    config = DMFConfig(width=5, cosine=False, column_tower=False, shared=True)
    rows = RowTower(11, config, seed=0)
    tower = ColumnTower(matrix, rows, config, seed=0)

    expected = np.asarray(rows.kernel) + np.asarray(tower.free)
    np.testing.assert_allclose(tower.to_numpy()[0], expected, atol=1e-6)


def test_without_columns_only_the_free_vectors_are_learned(matrix):
    config = DMFConfig(width=5, cosine=True, column_tower=False)
    tower = ColumnTower(matrix, RowTower(11, config, seed=0), config, seed=0)

    assert [weight.shape for weight in tower.trainable_variables] == [(11, 5)]
    np.testing.assert_allclose(np.linalg.norm(tower.to_numpy()[0], axis=1), 1, atol=1e-5)


def test_drop_keeps_the_expectation(matrix):
    rows = tf.SparseTensor([[0, number] for number in range(2000)], np.ones(2000, np.float32), (1, 2000))
    tf.random.set_seed(0)

    kept = drop(rows, 0.75).values.numpy()

    assert set(np.unique(kept).tolist()) == {0.0, 4.0}
    assert 0.9 < kept.mean() < 1.1
