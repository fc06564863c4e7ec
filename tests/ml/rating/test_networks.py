"""What the networks' predictors give in NumPy is what the networks give in TensorFlow."""

from typing import Any

import numpy as np
import pytest

from ml.rating.item_texts import text_vectors
from ml.rating.ratings import ItemContent, Ratings
from ml.rating.registry import rating_model
from tests.ml.rating.planted import N_ITEMS, planted

# dot_sigmoid with what its published form leaves out, biased_mf with and without batch normalisation
LABELS = ["biased_mf", "biased_mf:tuned", "dot_sigmoid:tuned", "dmf_regressor", "hybrid_content"]


@pytest.mark.parametrize("label", LABELS)
def test_a_trained_network_and_its_predictor_agree(label):
    from ml.rating import networks  # noqa: PLC0415 TensorFlow only here

    train, _ = planted()
    model: Any = rating_model(label, most_epochs=3, learning_rate=0.01)
    network, inputs = model.build(train, 0)
    history = networks.train(network, inputs, train.stars, model.config, seed=0, progress=lambda share, text: None)
    predictor = model.to_predictor(network, train, history)
    if "text" in inputs:  # the predictor knows every item's text after all ratings
        _, after = text_vectors(train, use_reviews=True, seed=0)
        inputs = inputs | {"text": after[train.items]}
    expected = np.clip(np.asarray(network(inputs, training=False))[:, 0], 1, 5)

    np.testing.assert_allclose(predictor.predict(train.users, train.items), expected, atol=1e-4)
    assert [entry["epoch"] for entry in history if isinstance(entry, dict)] == list(range(1, len(history) + 1))
    assert np.ptp(expected) > 0


def test_text_is_the_title_and_what_was_written_before():
    train, _ = planted()
    before, after = text_vectors(train, use_reviews=True, seed=0)
    titles, same = text_vectors(train, use_reviews=False, seed=0)
    assert train.timestamps is not None
    first = np.argmin(np.where(train.items == 4, train.timestamps, np.inf))

    assert (before.shape, after.shape) == ((len(train), 64), (N_ITEMS, 64))
    np.testing.assert_array_equal(titles, same[train.items])
    # Before an item's first rating there is the title alone; its direction does not depend on any review's place.
    assert np.linalg.norm(before[first]) == pytest.approx(1.0, abs=1e-5)
    assert not np.allclose(before[first], after[4], atol=1e-3)


def test_without_any_text_the_vectors_are_zero():
    ratings = Ratings.from_arrays([0, 1], [0, 0], [4, 5], n_users=2, n_items=2, content=ItemContent(("", "")))
    before, after = text_vectors(ratings, use_reviews=True, seed=0)

    assert not before.any()
    assert not after.any()
