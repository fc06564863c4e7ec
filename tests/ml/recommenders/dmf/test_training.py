"""Training: the same seed gives the same model, planted tastes are found, awkward data ends in finite vectors."""

import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.dmf import training
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.recommender import DMF
from ml.recommenders.dmf.validation import Validation

QUICK = DMFConfig(width=16, most_epochs=30)


def two_tastes(n_users=24, n_items=12):
    """Even users touch even items, odd users odd ones, one item left out for each."""
    liked = np.add.outer(np.arange(n_users), np.arange(n_items)) % 2 == 0
    for user in range(n_users):
        liked[user, np.flatnonzero(liked[user])[user // 2 % (n_items // 2)]] = False
    return sparse.csr_array(liked.astype(np.float32))


def fit(matrix, config=QUICK, seed=0) -> FittedDMF:
    fitted = DMF(config).fit(Interactions.from_csr(matrix), seed=seed)
    assert isinstance(fitted, FittedDMF)
    return fitted


@pytest.fixture(scope="module")
def reports() -> list[float]:
    """Progress of the fit below."""
    return []


@pytest.fixture(scope="module")
def fitted(reports) -> FittedDMF:
    interactions = Interactions.from_csr(two_tastes())
    model = DMF(QUICK).fit(interactions, progress=lambda share, text: reports.append(share))
    assert isinstance(model, FittedDMF)
    return model


def test_the_same_seed_gives_the_same_model_and_another_does_not(fitted):
    again, other = (fit(two_tastes(), seed=seed) for seed in (0, 6))

    np.testing.assert_allclose(fitted.item_vectors, again.item_vectors, atol=1e-6)
    assert not np.allclose(fitted.item_vectors, other.item_vectors, atol=1e-3)


def test_sampled_softmax_finds_planted_tastes_too():
    matrix = two_tastes()
    fitted = fit(matrix, DMFConfig(width=16, most_epochs=60, candidates=4))

    items, _ = fitted.recommend(matrix, 1)

    assert ((items[:, 0] + np.arange(24)) % 2 == 0).all()


def test_event_weights_reach_the_loss_when_asked():
    matrix = two_tastes()
    weighted = matrix * 1.0
    weighted.data[::2] = 9.0
    config = DMFConfig(width=16, most_epochs=20, binary=False)

    flat, steep = (fit(data, config) for data in (matrix, weighted))

    assert not np.allclose(flat.item_vectors, steep.item_vectors, atol=1e-3)


@pytest.mark.parametrize(
    "matrix",
    [[[1.0]], [[1.0, 0.0, 1.0]], [[1.0], [1.0], [0.0]], [[1.0, 1.0], [0.0, 0.0]]],
    ids=["one of each", "one user", "one item", "a user without events"],
)
def test_awkward_data_ends_in_finite_vectors(matrix):
    rows = sparse.csr_array(np.array(matrix, np.float32))
    fitted = fit(rows)

    assert np.isfinite(fitted.item_vectors).all()
    assert np.isfinite(fitted.scores(rows)).all()


def test_an_item_nobody_touched_is_scored_last():
    matrix = sparse.csr_array(np.array([[1, 1, 0, 0], [0, 1, 1, 0]], np.float32))

    scores = fit(matrix).scores(matrix)

    assert (scores.argmin(axis=1) == 3).all()


def test_history_has_every_check_and_progress_ends_at_one(fitted, reports):
    check = fitted.history[0]

    assert isinstance(check, dict)
    assert set(check) == {"epoch", "loss", "validation_ndcg", "seconds"}
    assert reports == sorted(reports)
    assert reports[-1] == 1.0


def test_members_stand_side_by_side_and_count_alike():
    matrix = two_tastes()
    fitted = fit(matrix, DMFConfig(width=16, members=3, most_epochs=10, cosine=True, item_bias=False))

    assert fitted.item_vectors.shape == (12, 48)
    parts = fitted.user_tower.vectors(matrix).reshape(24, 3, 16)
    np.testing.assert_allclose(np.linalg.norm(parts, axis=2), 1 / np.sqrt(3), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(fitted.item_vectors, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("cosine", [True, False])
def test_the_score_of_members_is_the_mean_of_theirs(cosine):
    matrix = two_tastes()
    settings = DMFConfig(width=8, most_epochs=5, cosine=cosine, item_bias=True).resolved(matrix)
    members = [training._fit(matrix, settings, 5, seed, lambda share, text: None)[0] for seed in (0, 1)]

    both = training.concatenate_members(members, settings, 5, [])

    each = [member.user_tower.vectors(matrix) @ member.item_vectors.T for member in members]
    np.testing.assert_allclose(both.user_tower.vectors(matrix) @ both.item_vectors.T, np.mean(each, axis=0), atol=1e-5)


def test_item_bias_learns_popularity():
    """Nine of ten users touch item 0 beside one of their own, so it needs no query."""
    matrix = sparse.csr_array(np.hstack([np.arange(20)[:, None] % 10 > 0, np.eye(20)]).astype(np.float32))

    fitted = fit(matrix, DMFConfig(width=8, most_epochs=40, cosine=True, item_bias=True, validate=False))

    assert fitted.item_vectors[:, -1].argmax() == 0
    assert (fitted.user_tower.vectors(matrix)[:, -1] == 1).all()


def test_members_without_a_search_differ():
    fitted = fit(two_tastes(), DMFConfig(width=16, members=2, most_epochs=10, validate=False))

    assert not np.allclose(fitted.item_vectors[:, :16], fitted.item_vectors[:, 16:32], atol=1e-3)


def test_repeating_a_fit_takes_its_epochs_and_searches_no_more(fitted):
    again = DMF(QUICK).with_settings_of(fitted).config

    assert again.validate is False
    assert again.most_epochs == fitted.settings["most_epochs"]
    assert again.most_epochs in range(1, 31)
    np.testing.assert_allclose(fit(two_tastes(), again).item_vectors, fitted.item_vectors, atol=1e-6)


def test_a_search_that_missed_next_to_nothing_gives_the_first_member(monkeypatch):
    monkeypatch.setattr(training, "NEGLIGIBLE_SHARE", 1.0)
    config = DMFConfig(width=16, most_epochs=10, members=2, cosine=True)
    interactions = Interactions.from_csr(two_tastes())

    validation = Validation.cut(interactions, seed=0)
    assert validation is not None
    found, alone = DMF(config).search(validation, seed=0, progress=lambda share, text: None)
    both = DMF(config).finish(interactions, found, seed=0, progress=lambda share, text: None)

    np.testing.assert_allclose(both.item_vectors[:, :16] * np.sqrt(2), alone.item_vectors[:, :16], atol=1e-5)
