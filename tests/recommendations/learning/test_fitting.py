"""Fitting with the real recommender: the one place here where TensorFlow is loaded."""

import numpy as np
import pytest

from ml.interactions import Interactions
from recommendations.learning.fitting import CONTENT_ONLY, DEFAULT_RECOMMENDER, fit_models, nothing_fitted
from tests.recommendations import tower_model


@pytest.fixture
def checkerboard() -> Interactions:
    """Forty users of two tastes, ten items; each user lacks one item of their own taste."""
    pairs = [
        (user, item) for user in range(40) for item in range(user % 2, 10, 2) if item != user % 2 + 2 * (user // 2 % 5)
    ]
    users, items = np.array(pairs).T
    return Interactions(users, items, np.ones(len(pairs), np.float32), None, 40, 10)


def silent(fraction: float, text: str) -> None:
    """Nobody listens."""


def test_dmf_finds_what_each_user_lacks_and_folds_in_a_stranger(checkerboard):
    models = fit_models(checkerboard, recommender=DEFAULT_RECOMMENDER, seed=0, is_measured=False, progress=silent)

    rows = checkerboard.to_csr()
    scores = models.user_tower.vectors(rows) @ models.item_vectors.T
    scores[rows.nonzero()] = -np.inf
    assert scores.argmax(axis=1).tolist() == [user % 2 + 2 * (user // 2 % 5) for user in range(40)]
    stranger = models.user_tower.vector([0, 2], [1.0, 1.0]) @ models.item_vectors.T
    assert set(np.argsort(-stranger)[:5]) == {0, 2, 4, 6, 8}
    assert models.neighbours.shape == models.similarities.shape == (10, 9)
    assert set(models.neighbours[0, :4]) == {2, 4, 6, 8}
    assert models.figures["history"]


def test_measuring_fits_twice_and_reports_rising_progress(checkerboard, monkeypatch):
    tower_model.install(monkeypatch)
    reports: list[float] = []
    models = fit_models(
        checkerboard,
        recommender=DEFAULT_RECOMMENDER,
        seed=0,
        is_measured=True,
        progress=lambda fraction, text: reports.append(fraction),
    )

    assert models.figures["held_out"] == 40
    assert set(models.figures["quality"]) == {DEFAULT_RECOMMENDER, "popularity", "item_knn"}
    assert reports == sorted(reports)
    assert reports[-1] == 1.0


def test_nothing_fitted_knows_no_item():
    models = nothing_fitted()

    assert models.user_tower.n_items == 0
    assert models.item_vectors.shape == (0, 1)
    assert CONTENT_ONLY != DEFAULT_RECOMMENDER


def test_the_vectors_of_some_shoppers_are_those_of_the_tower(checkerboard, monkeypatch):
    tower_model.install(monkeypatch)
    models = fit_models(
        checkerboard, recommender=DEFAULT_RECOMMENDER, seed=0, is_measured=False, progress=lambda fraction, text: None
    )

    vectors = models.vectors_of_some(checkerboard)

    assert np.array_equal(vectors, models.user_tower.vectors(checkerboard.to_csr()))
    assert nothing_fitted().vectors_of_some(checkerboard).shape == (0, 1)
