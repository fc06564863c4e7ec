"""Training: the same seed gives the same model, planted tastes are found, awkward data ends in finite vectors."""

import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.recommender import DMF
from ml.recommenders.dmf.training import discounted_gain
from ml.user_tower import UserTower

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


def test_the_same_seed_gives_the_same_model_and_another_does_not():
    first, again, other = (fit(two_tastes(), seed=seed) for seed in (5, 5, 6))

    np.testing.assert_allclose(first.item_vectors, again.item_vectors, atol=1e-6)
    assert not np.allclose(first.item_vectors, other.item_vectors, atol=1e-3)


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


def test_history_tells_every_check_and_progress_ends_at_one():
    seen = []
    DMF(QUICK).fit(Interactions.from_csr(two_tastes()), progress=lambda share, text: seen.append(share))

    check = fit(two_tastes()).history[0]
    assert isinstance(check, dict)
    assert set(check) == {"epoch", "loss", "validation_ndcg"}
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_validation_figure_is_the_discounted_rank():
    """Scores 3, 2, 1 for items 1, 2, 3 after item 0 was seen: item 2 has rank 2."""
    tower = UserTower((np.ones((4, 1), np.float32),), (np.zeros(1, np.float32),), True, False, False)
    matrix = sparse.csr_array(np.array([[1, 0, 0, 0], [0, 1, 1, 1]], np.float32))
    held_out = Interactions(
        np.array([0], np.int32), np.array([2], np.int32), np.ones(1, np.float32), None, n_users=2, n_items=4
    )
    item_vectors = np.array([[9], [3], [2], [1]], np.float32)

    assert discounted_gain(matrix, held_out, tower, item_vectors) == pytest.approx(1 / np.log2(3))


def test_repeating_a_fit_takes_its_epochs_and_searches_no_more():
    first = fit(two_tastes())

    again = DMF(QUICK).repeating(first).config

    assert again.validate is False
    assert again.most_epochs == first.settings["most_epochs"]
    assert again.most_epochs in range(1, 31)
    np.testing.assert_allclose(fit(two_tastes(), again).item_vectors, first.item_vectors, atol=1e-6)
