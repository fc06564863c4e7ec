"""Fitting, once with the real recommender."""

import numpy as np
import pytest
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.learning.catalogue import Catalogue
from recommendations.learning.fitting import (
    CONTENT_ONLY,
    DEFAULT_RECOMMENDER,
    TOO_LITTLE,
    TrainingOptions,
    fit_models,
    nothing_fitted,
)
from recommendations.learning.log import TrainingLog
from recommendations.learning.training_data import TrainingData, build_training_data
from tests.recommendations import tower_model
from tests.recommendations.behaviour.test_event_weights import log_of

NOT_MEASURED = TrainingOptions(is_measured=False)


def data_of(*views: tuple[int, int]) -> TrainingData:
    """The data of views of ten products, given as pairs of shopper and product."""
    log = log_of(*[(shopper, product, Kind.VIEW, None, 1) for shopper, product in views])
    raw_ids = [str(product) for product in range(10)]
    catalogue = Catalogue(
        raw_ids, raw_ids, np.zeros(10), np.full(10, -1, np.int32), [], np.zeros(0, np.int32), timezone.now()
    )
    return build_training_data(catalogue, TrainingLog(log, 0, None, log.times))


@pytest.fixture(scope="module")
def checkerboard() -> TrainingData:
    """Forty users of two tastes, ten items; each user lacks one item of their own taste."""
    return data_of(
        *[
            (user, item)
            for user in range(40)
            for item in range(user % 2, 10, 2)
            if item != user % 2 + 2 * (user // 2 % 5)
        ]
    )


def test_dmf_finds_what_each_user_lacks_and_folds_in_a_stranger(checkerboard):
    models = fit_models(checkerboard, NOT_MEASURED)

    rows = checkerboard.interactions.to_csr()
    scores = models.user_tower.vectors(rows) @ models.item_vectors.T
    scores[rows.nonzero()] = -np.inf
    assert scores.argmax(axis=1).tolist() == [user % 2 + 2 * (user // 2 % 5) for user in range(40)]
    stranger = models.user_tower.vector([0, 2], [1.0, 1.0]) @ models.item_vectors.T
    assert set(np.argsort(-stranger)[:5]) == {0, 2, 4, 6, 8}
    assert models.neighbours.shape == models.similarities.shape == (10, 9)
    assert set(models.neighbours[0, :4]) == {2, 4, 6, 8}
    assert models.figures["history"]


@pytest.mark.django_db
def test_measuring_fits_twice_and_reports_rising_progress(checkerboard, monkeypatch):
    tower_model.install(monkeypatch)
    reports: list[float] = []
    models = fit_models(checkerboard, TrainingOptions(), lambda fraction, text: reports.append(fraction))

    assert models.figures["held_out"] == 40
    assert set(models.figures["quality"]) == {DEFAULT_RECOMMENDER, "popularity", "item_knn"}
    assert reports == sorted(reports)
    assert reports[-1] == 1.0


def test_too_little_behaviour_fits_nothing():
    models = fit_models(data_of((0, 1), (0, 2)), NOT_MEASURED)

    assert (models.recommender, models.message, models.fitted) == (CONTENT_ONLY, TOO_LITTLE, None)
    assert models.user_tower.n_items == 0
    assert models.item_vectors.shape == (0, 1)
    assert CONTENT_ONLY != DEFAULT_RECOMMENDER


def test_the_vectors_of_some_shoppers_are_those_of_the_tower(checkerboard, monkeypatch):
    tower_model.install(monkeypatch)
    models = fit_models(checkerboard, NOT_MEASURED)

    vectors = models.vectors_of_some(checkerboard.interactions)

    assert np.array_equal(vectors, models.user_tower.vectors(checkerboard.interactions.to_csr()))
    assert nothing_fitted().vectors_of_some(checkerboard.interactions).shape == (0, 1)
