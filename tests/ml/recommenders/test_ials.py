import numpy as np
import pytest
from implicit.cpu.als import AlternatingLeastSquares
from scipy import sparse
from threadpoolctl import threadpool_limits

from ml.interactions import Interactions
from ml.recommenders.base import RecommenderError
from ml.recommenders.ials import IALS, FittedIALS, IALSConfig

SMALL = {"factors": 4, "regularization": 0.5, "alpha": 8.0}
N_USERS, N_ITEMS = 30, 20


def board(seed: int = 0) -> sparse.csr_array:
    return sparse.csr_array((np.random.default_rng(seed).random((N_USERS, N_ITEMS)) < 0.3).astype(np.float32))


def fit(matrix, *, seed: int = 0, **settings) -> FittedIALS:
    fitted = IALS(IALSConfig(**(SMALL | settings))).fit(Interactions.from_csr(matrix), seed=seed)
    assert isinstance(fitted, FittedIALS)
    return fitted


@pytest.fixture(scope="module")
def library():
    """The library's own model after as many passes that another changes nothing."""
    with threadpool_limits(1, "blas"):
        model = AlternatingLeastSquares(**SMALL, iterations=200, random_state=0)
        model.fit(sparse.csr_matrix(board()), show_progress=False)
    return model


@pytest.fixture(scope="module")
def converged() -> FittedIALS:
    return fit(board(), iterations=200)


def test_fold_in_of_a_training_row_is_the_librarys_user_vector(library, converged):
    np.testing.assert_allclose(converged.fold_in.vectors(board()), library.user_factors, atol=1e-3)


def test_fold_in_of_a_new_row_is_the_librarys_recalculated_vector(library, converged):
    new = board(seed=1)
    expected = library.recalculate_user(np.arange(N_USERS), sparse.csr_matrix(new))

    np.testing.assert_allclose(converged.fold_in.vectors(new), expected, atol=1e-4)


def test_a_planted_block_is_found():
    """Two groups of users, each with a half of the items but one pair withheld."""
    blocks = np.kron(np.eye(2), np.ones((6, 6))).astype(np.float32)
    blocks[2, 4] = blocks[9, 7] = 0
    items, _ = fit(sparse.csr_array(blocks), factors=2).recommend(sparse.csr_array(blocks), 1)

    assert items[[2, 9], 0].tolist() == [4, 7]


def test_event_weights_do_not_count():
    assert np.array_equal(fit(board() * 5).scores(board() * 3), fit(board()).scores(board()))


def test_the_same_seed_gives_exactly_the_same_and_another_does_not():
    first, again, other = (fit(board(), seed=seed).fold_in.item_vectors for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_items_nobody_touched_come_last():
    matrix = board().tolil()
    matrix[:, 3] = 0
    scores = fit(sparse.csr_array(matrix)).scores(board())

    assert (scores[:, 3] < np.delete(scores, 3, axis=1).min(axis=1)).all()


@pytest.mark.parametrize("settings", [{"factors": 0}, {"iterations": 0}, {"regularization": 0.0}, {"alpha": -1.0}])
def test_settings_out_of_range_are_refused(settings):
    with pytest.raises(RecommenderError, match="expected factors and iterations >= 1, regularization and alpha > 0"):
        IALSConfig(**settings)
