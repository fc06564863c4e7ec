"""The hybrid: its score is the sum of its standardised parts, and a repetition searches no more."""

from dataclasses import replace
from threading import current_thread

import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.base import Changes
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.recommender import DMF
from ml.recommenders.hybrid import recommender
from ml.recommenders.hybrid.fitted import BlendWeights, FittedHybrid, standardised
from ml.recommenders.hybrid.recommender import Hybrid, HybridConfig
from ml.recommenders.ials import IALS, IALSConfig

QUICK = HybridConfig(DMFConfig(width=8, most_epochs=10), IALSConfig(factors=4))


@pytest.fixture(scope="module")
def matrix():
    liked = np.add.outer(np.arange(24), np.arange(12)) % 3 == 0
    return sparse.csr_array((liked & (np.random.default_rng(0).random(liked.shape) < 0.8)).astype(np.float32))


@pytest.fixture(scope="module")
def reports():
    """Progress of the fit below."""
    return []


@pytest.fixture(scope="module")
def fitted(matrix, reports):
    return Hybrid(QUICK).fit(Interactions.from_csr(matrix), progress=lambda share, text: reports.append(share))


def test_scores_add_up_the_standardised_parts(matrix, fitted):
    known = fitted.is_known
    parts = [standardised(part.scores(matrix), known) for part in (fitted.dmf, fitted.ials, fitted.linear)]
    blend = parts[0] + fitted.weights.ials * parts[1] + fitted.weights.linear * parts[2]
    difference = fitted.scores(matrix) - blend

    # Each user's scores may be shifted as a whole.
    np.testing.assert_allclose(difference - difference.mean(axis=1, keepdims=True), 0, atol=1e-4)


def test_weights_that_are_given_are_taken(matrix):
    weights = BlendWeights(ials=0.2, linear=0.0)

    fitted = Hybrid(HybridConfig(QUICK.dmf, QUICK.ials, weights)).fit(Interactions.from_csr(matrix))

    assert isinstance(fitted, FittedHybrid)
    assert fitted.weights == weights
    assert fitted.settings["weights"] == {"ials": 0.2, "linear": 0.0}


def test_repeating_takes_epochs_and_weights_as_found(fitted):
    again = Hybrid(QUICK).with_settings_of(fitted).config

    assert again.weights == fitted.weights
    assert again.dmf.validate is False
    assert again.dmf.most_epochs == fitted.dmf.settings["most_epochs"]


@pytest.mark.parametrize(("asked", "expected"), [(None, 0.6), (0.3, 0.3)], ids=["found for the blend", "as asked"])
def test_recency_is_that_of_the_blend_unless_it_was_asked_for(matrix, monkeypatch, asked, expected):
    monkeypatch.setattr(recommender, "best_recency", lambda *_: 0.6)
    told = Interactions.from_csr(matrix)
    timed = replace(told, timestamps=np.random.default_rng(1).random(len(told)))

    fitted = Hybrid(replace(QUICK, dmf=replace(QUICK.dmf, recency=asked))).fit(timed)

    assert isinstance(fitted, FittedHybrid)
    assert fitted.dmf.settings["recency"] == expected
    assert fitted.dmf.recency.any()


def test_data_too_large_for_ease_is_given_to_item_knn(matrix, monkeypatch):
    monkeypatch.setattr(recommender, "LARGEST_INVERSE", 5)

    fitted = Hybrid(QUICK).fit(Interactions.from_csr(matrix))

    assert isinstance(fitted, FittedHybrid)
    assert fitted.linear.name == "item_knn"


def test_progress_rises_to_one(fitted, reports):
    assert reports == sorted(reports)
    assert reports[-1] == pytest.approx(1.0)


def test_parts_train_on_beside_one_another_as_each_does_alone(matrix, fitted):
    interactions = Interactions.from_csr(matrix)
    everything = Changes(np.arange(matrix.shape[1]), np.ones(len(interactions), bool))
    seen = []

    tuned = Hybrid(QUICK).fine_tune(
        fitted, interactions, everything, seed=3, progress=lambda share, text: seen.append((share, current_thread()))
    )

    dmf = DMF(QUICK.dmf).fine_tune(fitted.dmf, interactions, everything, seed=3)
    ials = IALS(QUICK.ials).fine_tune(fitted.ials, interactions, everything, seed=3)
    assert isinstance(tuned, FittedHybrid)
    np.testing.assert_allclose(tuned.dmf.scores(matrix), dmf.scores(matrix), atol=1e-5)
    np.testing.assert_allclose(tuned.ials.scores(matrix), ials.scores(matrix), atol=1e-5)
    assert tuned.weights == fitted.weights
    assert [share for share, _ in seen] == sorted(share for share, _ in seen)
    assert seen[-1][0] == pytest.approx(1.0)
    assert {thread for _, thread in seen} == {current_thread()}
