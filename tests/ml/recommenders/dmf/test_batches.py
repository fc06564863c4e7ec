"""Batches: every user once, exact targets, and inclusion chances that are the true ones."""

import numpy as np
import pytest
from scipy import sparse

from ml.recommenders.dmf.batches import BatchSource


@pytest.fixture
def matrix():
    return sparse.csr_array(np.array([[2, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 3, 0, 0, 4], [1, 0, 0, 0, 0]], np.float32))


def source(matrix, **settings):
    return BatchSource(matrix, **({"batch_users": 2, "candidates": None, "binary": False, "seed": 0} | settings))


def test_an_epoch_is_every_user_with_events_once(matrix):
    batches = list(source(matrix).epoch())

    assert [batch.n_rows for batch in batches] == [2, 1]
    assert source(matrix).steps_per_epoch == 2
    assert sum(batch.weights.sum() for batch in batches) == 11


def test_batches_are_of_even_size():
    matrix = sparse.csr_array(np.ones((10, 2), np.float32))

    assert [batch.n_rows for batch in source(matrix, batch_users=4).epoch()] == [4, 3, 3]


def test_inputs_are_divided_by_the_root_of_the_count(matrix):
    (batch,) = source(matrix[[2], :]).epoch()

    np.testing.assert_allclose(batch.scaled, [3 / np.sqrt(2), 4 / np.sqrt(2)], rtol=1e-6)
    assert batch.weights.tolist() == [3, 4]
    assert batch.positions.tolist() == [[0, 1], [0, 4]]


def test_binary_counts_an_item_once(matrix):
    (batch,) = source(matrix[[2], :], binary=True).epoch()

    assert batch.weights.tolist() == [1, 1]


def test_all_known_items_compete_without_sampling(matrix):
    for batch in source(matrix).epoch():
        assert batch.candidates.tolist() == [0, 1, 2, 4]
        assert batch.log_inclusion.tolist() == [0, 0, 0, 0]
        assert (batch.candidates[batch.target_places] == batch.positions[:, 1]).all()


def test_a_sample_holds_the_batch_and_knows_its_chances():
    random = np.random.default_rng(1)
    matrix = sparse.csr_array((random.random((40, 60)) < 0.05).astype(np.float32))
    batches = source(matrix, candidates=10, batch_users=4, seed=2)
    seen, steps = np.zeros(60), 0
    expected: dict[int, float] = {}
    for _ in range(400):
        for batch in batches.epoch():
            steps += 1
            seen[batch.candidates] += 1
            assert (batch.candidates[batch.target_places] == batch.positions[:, 1]).all()
            expected.update(zip(batch.candidates.tolist(), np.exp(batch.log_inclusion).tolist(), strict=True))

    for item, chance in expected.items():
        assert seen[item] / steps == pytest.approx(chance, abs=0.06)
