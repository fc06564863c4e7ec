"""The served space ranks as the model does, with fewer numbers where that is enough."""

import numpy as np
import pytest
from scipy import sparse

from ml.index_building.low_rank import low_rank_approximation
from ml.user_tower import UserTower

RANDOM = np.random.default_rng(1)
ROWS = sparse.csr_array((RANDOM.random((60, 15)) < 0.4).astype(np.float32))


class Model:
    """A dot product of tower and item vectors, plus a part that is a linear function of the user vector."""

    def __init__(self, kernel, vectors, extra=0.0):
        self.user_tower = UserTower((kernel,), (np.zeros(kernel.shape[1], np.float32),), True, True, False)
        self.item_vectors = vectors
        self._extra = extra * RANDOM.normal(size=vectors.shape).astype(np.float32)

    def scores(self, rows, users=None):
        return self.user_tower.vectors(rows) @ (self.item_vectors + self._extra).T


def model(rank=6, extra=0.0):
    random = np.random.default_rng(2)
    left, right = random.normal(size=(rank, 6)), random.normal(size=(15, rank))
    return Model(random.normal(size=(15, 6)).astype(np.float32), (right @ left).astype(np.float32), extra)


def centred(scores):
    """Scores without what each user's have in common, at a common scale."""
    scores = scores - scores.mean(axis=1, keepdims=True)
    return scores / scores.std()


def served_scores(space):
    return space.tower.vectors(ROWS) @ space.item_vectors.T


def test_all_dimensions_keep_the_scores():
    space = low_rank_approximation(model(), ROWS, dimensions=6)

    np.testing.assert_allclose(centred(served_scores(space)), centred(model().scores(ROWS)), atol=1e-3)
    assert np.linalg.norm(space.item_vectors, axis=1).max() == pytest.approx(1.0)


def test_scores_of_low_rank_need_no_more_dimensions():
    space = low_rank_approximation(model(rank=2), ROWS, dimensions=4)

    assert space.item_vectors.shape[1] <= 4
    np.testing.assert_allclose(centred(served_scores(space)), centred(model(rank=2).scores(ROWS)), atol=1e-2)


def test_fewer_dimensions_come_near():
    space = low_rank_approximation(model(), ROWS, dimensions=3)

    assert space.item_vectors.shape == (15, 3)
    assert np.corrcoef(centred(served_scores(space)).ravel(), centred(model().scores(ROWS)).ravel())[0, 1] > 0.8


def test_what_the_product_leaves_out_is_added():
    whole = model(extra=1.5)
    space = low_rank_approximation(whole, ROWS, dimensions=6)

    with_it = np.corrcoef(centred(served_scores(space)).ravel(), centred(whole.scores(ROWS)).ravel())[0, 1]
    without = np.corrcoef(centred(model().scores(ROWS)).ravel(), centred(whole.scores(ROWS)).ravel())[0, 1]
    assert with_it > 0.98 > 0.95 > without


def test_an_item_nobody_touched_has_the_zero_vector():
    rows = sparse.csr_array(ROWS.toarray() * (np.arange(15) != 4))

    assert not low_rank_approximation(model(), rows).item_vectors[4].any()


def test_the_same_seed_gives_the_same_space():
    first, again = low_rank_approximation(model(), ROWS, seed=3), low_rank_approximation(model(), ROWS, seed=3)

    assert np.array_equal(first.item_vectors, again.item_vectors)
