"""Check that the NumPy predictor of a network predicts what the network does in TensorFlow."""

from typing import Any

import numpy as np

from ml.rating import networks
from ml.rating.item_texts import text_vectors
from ml.rating.registry import rating_model
from tests.ml.rating.planted import planted


def assert_predictor_agrees(label: str) -> None:
    """Train the network of a model for three epochs and compare it with its predictor."""
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
