"""The rule that derives open settings from the data, and that what was set stays."""

import numpy as np
from scipy import sparse

from ml.recommenders.dmf.config import MOST_ITEMS_FOR_FULL_SOFTMAX, DMFConfig


def filled(n_users, n_items, share):
    random = np.random.default_rng(0)
    return sparse.csr_array((random.random((n_users, n_items)) < share).astype(np.float32))


def test_sparse_data_is_compared_by_cosine_with_strong_dropout():
    settings = DMFConfig().resolved(filled(400, 900, 0.005))

    assert (settings.cosine, settings.input_dropout, settings.column_tower) == (True, 0.8, True)


def test_dense_data_is_compared_by_dot_product_with_little_dropout():
    settings = DMFConfig().resolved(filled(400, 100, 0.2))

    assert (settings.cosine, settings.input_dropout) == (False, 0.3)


def test_what_was_set_stays():
    asked = DMFConfig(cosine=True, input_dropout=0.1, column_tower=False, candidates=5, batch_users=7, most_epochs=2)

    assert asked.resolved(filled(400, 100, 0.2)) == asked


def test_a_large_catalogue_is_sampled():
    large = filled(3, MOST_ITEMS_FOR_FULL_SOFTMAX + 1, 0.01)

    assert DMFConfig().resolved(large).candidates == 8192
    assert DMFConfig().resolved(filled(9, 9, 0.5)).candidates is None


def test_few_users_get_enough_steps():
    settings = DMFConfig().resolved(filled(8, 9, 0.5))

    assert settings.batch_users == 1
    assert settings.most_epochs == 60
