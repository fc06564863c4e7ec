"""The two towers in Keras, from rows of the interaction matrix to user vectors and from columns to item vectors.

Xue et al., "Deep Matrix Factorization Models for Recommender Systems", IJCAI 2017, section 3.1; one tanh layer each.
The item side adds an embedding per item, which learns faster than the column alone, and for sparse data the item's row
of the user tower's first layer.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ml.interactions import CSR
from ml.recommenders.dmf.config import DMFConfig
from ml.user_tower import SMALLEST_LENGTH, UserTower

INITIAL_SPREAD = 0.01


def _normal(seed: int) -> keras.initializers.Initializer:
    return keras.initializers.RandomNormal(stddev=INITIAL_SPREAD, seed=seed)


class RowTower(keras.layers.Layer):  # type: ignore[misc]  # keras has no types
    """User side: scaled sparse rows [b, n_items] to vectors [b, width]; unit length with cosine."""

    def __init__(self, n_items: int, config: DMFConfig, *, seed: int) -> None:
        super().__init__(name="row_tower")
        width = int(config.width or 1)
        self.kernel = self.add_weight((n_items, width), _normal(seed), name="kernel")
        self.bias = self.add_weight((width,), "zeros", name="bias")
        self._cosine, self._binary, self._constant = bool(config.cosine), config.binary, bool(config.item_bias)

    def call(self, rows: tf.SparseTensor) -> tf.Tensor:
        hidden = tf.tanh(tf.sparse.sparse_dense_matmul(rows, self.kernel) + self.bias)
        return tf.math.l2_normalize(hidden, 1, SMALLEST_LENGTH**2) if self._cosine else hidden

    def to_numpy(self) -> UserTower:
        """Return the tower in NumPy."""
        return UserTower(
            (np.asarray(self.kernel, np.float32),),
            (np.asarray(self.bias, np.float32),),
            self._binary,
            True,
            self._cosine,
            constant=self._constant,
        )


class ColumnTower(keras.layers.Layer):  # type: ignore[misc]  # keras has no types
    """Item side: embeddings [n_items, width], plus the row tower's kernel when shared, plus tanh of sparse columns."""

    def __init__(self, matrix: CSR, rows: RowTower, config: DMFConfig, *, seed: int) -> None:
        super().__init__(name="column_tower")
        n_users, n_items = matrix.shape
        width = int(config.width or 1)
        self.free = self.add_weight((n_items, width), _normal(seed + 1), name="free")
        self._shared = [rows.kernel] if config.shared else []
        self.item_bias = self.add_weight((n_items,), "zeros", name="item_bias") if config.item_bias else None
        self._cosine = bool(config.cosine)
        self._columns: tf.SparseTensor | None = None
        if config.column_tower:
            self._columns = _scaled_columns(matrix)
            self._dropout = float(config.input_dropout or 0.0)
            self.kernel = self.add_weight((n_users, width), _normal(seed + 2), name="kernel")
            self.bias = self.add_weight((width,), "zeros", name="bias")

    def call(self, items: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return the vectors of the items, int64 [c] -> float32 [c, width]."""
        vectors = self.sums(items, training)
        return tf.math.l2_normalize(vectors, 1, SMALLEST_LENGTH**2) if self._cosine else vectors

    def sums(self, items: tf.Tensor, training: bool = False) -> tf.Tensor:
        """Return the vectors of the items before normalisation, int64 [c] -> float32 [c, width]."""
        vectors = tf.gather(self.free, items)
        for kernel in self._shared:
            vectors += tf.gather(kernel, items)
        if self._columns is not None:
            columns = drop(self._columns, self._dropout) if training else self._columns
            hidden = tf.tanh(tf.sparse.sparse_dense_matmul(columns, self.kernel) + self.bias)
            vectors += tf.gather(hidden, items)
        return vectors

    def biases(self, items: tf.Tensor) -> tf.Tensor:
        """Return the biases of the items, int64 [c] -> float32 [c]."""
        return tf.zeros_like(items, tf.float32) if self.item_bias is None else tf.gather(self.item_bias, items)

    def to_numpy(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return all item vectors, float32 [n_items, width], and their lengths before normalisation, float32 [n_items];
        ones without normalisation."""
        sums = np.asarray(self.sums(tf.range(self.free.shape[0], dtype=tf.int64)), np.float32)
        if not self._cosine:
            return sums, np.ones(len(sums), np.float32)
        lengths = np.linalg.norm(sums, axis=1)
        return sums / np.maximum(lengths, SMALLEST_LENGTH)[:, None], lengths


def drop(values: tf.SparseTensor, rate: float) -> tf.SparseTensor:
    """Return the sparse tensor after dropout of its values."""
    return tf.SparseTensor(values.indices, tf.nn.dropout(values.values, rate), values.dense_shape)


def _scaled_columns(matrix: CSR) -> Any:
    """Return the columns as a constant sparse tensor [n_items, n_users], each divided by sqrt(its count)."""
    columns = matrix.T.tocsr()
    columns.sort_indices()
    counts = np.diff(columns.indptr)
    rows = np.repeat(np.arange(columns.shape[0], dtype=np.int64), counts)
    values = (1.0 / np.sqrt(np.repeat(counts, counts))).astype(np.float32)
    return tf.SparseTensor(np.stack([rows, columns.indices.astype(np.int64)], 1), values, columns.shape)
