"""The rule that derives open settings from the data, and that what was set stays."""

import numpy as np
import pytest
from scipy import sparse

from ml.recommenders.dmf.config import MOST_ITEMS_FOR_FULL_SOFTMAX, MOST_ITEMS_FOR_FULL_WIDTH, DMFConfig


def rows_of(n_users, events, n_items):
    """Every user touches the first `events` items."""
    return sparse.csr_array(
        (
            np.ones(n_users * events, np.float32),
            np.tile(np.arange(events), n_users),
            np.arange(n_users + 1) * events,
        ),
        shape=(n_users, n_items),
    )


def test_short_rows_are_compared_by_cosine_and_lose_most_of_themselves():
    settings = DMFConfig().resolved(rows_of(400, 25, 900))

    assert (settings.cosine, settings.item_bias, settings.shared, settings.column_tower) == (True, True, True, True)
    assert settings.temperature == pytest.approx(0.2)
    assert settings.input_dropout == pytest.approx(0.7)


def test_long_rows_are_compared_by_dot_product_and_keep_most_of_themselves():
    settings = DMFConfig().resolved(rows_of(400, 100, 900))

    assert not any([settings.cosine, settings.item_bias, settings.shared, settings.column_tower])
    assert settings.input_dropout == pytest.approx(0.4)


def test_rows_of_one_or_two_items_learn_no_bias():
    assert DMFConfig().resolved(rows_of(9, 2, 900)).item_bias is False
    assert DMFConfig().resolved(rows_of(9, 3, 900)).item_bias is True


def test_temperature_stays_within_bounds():
    assert DMFConfig().resolved(rows_of(9, 2, 900)).temperature == pytest.approx(0.4)
    assert DMFConfig(cosine=True).resolved(rows_of(9, 400, 900)).temperature == pytest.approx(0.1)


def test_what_was_set_stays():
    asked = DMFConfig(
        width=8,
        members=3,
        cosine=True,
        item_bias=False,
        shared=False,
        temperature=0.3,
        input_dropout=0.1,
        column_tower=False,
        candidates=5,
        learning_rate=0.1,
        batch_users=7,
        most_epochs=2,
    )

    assert asked.resolved(rows_of(400, 100, 900)) == asked


def test_a_large_catalogue_is_sampled_and_a_larger_one_narrower():
    assert DMFConfig().resolved(rows_of(3, 9, MOST_ITEMS_FOR_FULL_SOFTMAX)).candidates is None
    assert DMFConfig().resolved(rows_of(3, 9, MOST_ITEMS_FOR_FULL_SOFTMAX + 1)).candidates == 4096
    assert DMFConfig().resolved(rows_of(3, 99, MOST_ITEMS_FOR_FULL_WIDTH)).width == 256
    assert DMFConfig().resolved(rows_of(3, 99, MOST_ITEMS_FOR_FULL_WIDTH + 1)).width == 128


def test_many_users_get_larger_batches_and_no_endless_training():
    settings = DMFConfig().resolved(rows_of(120_000, 3, 90))

    assert settings.batch_users == 2048
    assert settings.most_epochs == 32


def test_few_users_get_enough_steps():
    settings = DMFConfig().resolved(rows_of(4, 2, 9))

    assert settings.batch_users == 1
    assert settings.most_epochs == 48


def test_little_data_gets_one_member():
    assert DMFConfig().resolved(rows_of(199, 10, 90)).members == 1
    assert DMFConfig().resolved(rows_of(200, 10, 90)).members == 2
