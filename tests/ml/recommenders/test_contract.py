"""Contract of recommenders, run for every line of the registry."""

import numpy as np
import pytest
from scipy import sparse

from ml.artifact import ArtifactError, write_artifact
from ml.interactions import Interactions, InteractionsError
from ml.recommenders.base import Changes, FittedRecommender, RecommenderError
from ml.recommenders.registry import load_recommender, recommender_class, recommender_names
from ml.vocabulary import Vocabulary

SIZE = 20
IMPERSONAL = {"popularity"}


def checkerboard() -> sparse.csr_array:
    """Users like the items of their own colour, i + j even, but the diagonal is withheld: the one right answer."""
    board = (np.add.outer(np.arange(SIZE), np.arange(SIZE)) % 2 == 0).astype(np.float32)
    np.fill_diagonal(board, 0)
    return sparse.csr_array(board)


def fit(name: str, matrix: sparse.csr_array, seed: int = 0) -> FittedRecommender:
    return recommender_class(name)().fit(Interactions.from_csr(matrix), seed=seed)


def first(n_users: int) -> np.ndarray:
    """Indices of the first users of the fit, which those without fold-in are asked by."""
    return np.arange(n_users, dtype=np.int32)


@pytest.fixture(scope="module", params=recommender_names())
def name(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def reports(name) -> list[tuple[float, str]]:
    """Progress reports of the fit below."""
    return []


@pytest.fixture(scope="module")
def fitted(name, reports) -> FittedRecommender:
    return recommender_class(name)().fit(
        Interactions.from_csr(checkerboard()), progress=lambda fraction, text: reports.append((fraction, text))
    )


def test_is_registered_under_its_own_name(name, fitted):
    assert recommender_class(name).name == fitted.name == name
    assert isinstance(recommender_class(name).supports_fold_in, bool)


def test_finds_the_withheld_diagonal(name, fitted):
    items, scores = fitted.recommend(checkerboard(), 1, users=first(SIZE))

    assert np.isfinite(scores).all()
    assert (items[:, 0].tolist() == list(range(SIZE))) or name in IMPERSONAL


def test_fine_tuning_on_nothing_new_changes_no_score(name, fitted):
    interactions = Interactions.from_csr(checkerboard())
    nothing = Changes(np.arange(SIZE), np.zeros(len(interactions), bool))

    again = recommender_class(name)().fine_tune(fitted, interactions, nothing)

    before, after = (model.scores(checkerboard(), first(SIZE)) for model in (fitted, again))
    np.testing.assert_allclose(after, before, atol=1e-4)


def test_scores_have_shape_and_type_and_do_not_change(fitted):
    once, again = (fitted.scores(checkerboard(), first(SIZE)) for _ in range(2))

    assert (once.shape, once.dtype) == ((SIZE, SIZE), np.float32)
    assert np.isfinite(once).all()
    assert np.array_equal(once, again)


def test_only_recommenders_without_fold_in_need_to_know_the_users(name, fitted):
    if recommender_class(name).supports_fold_in:
        assert np.array_equal(fitted.scores(checkerboard()), fitted.scores(checkerboard(), first(SIZE)))
    else:
        with pytest.raises(RecommenderError, match=f"{name} has no fold-in: give users"):
            fitted.scores(checkerboard())
        with pytest.raises(
            RecommenderError, match=rf"users\[1\] is {SIZE}, {name} was fitted on users 0 to {SIZE - 1}"
        ):
            fitted.scores(checkerboard()[[0, 1], :], np.array([0, SIZE], np.int32))


def test_a_row_scores_the_same_alone_and_among_others(fitted):
    alone = fitted.scores(checkerboard()[[3], :], np.array([3], np.int32))

    np.testing.assert_allclose(alone, fitted.scores(checkerboard(), first(SIZE))[[3]], atol=1e-6)


def test_lists_are_sorted_and_agree_with_the_scores(fitted):
    items, values = fitted.recommend(checkerboard(), 5, exclude_seen=False, users=first(SIZE))
    scores = fitted.scores(checkerboard(), first(SIZE))

    assert (items.dtype, values.dtype) == (np.int32, np.float32)
    assert (np.diff(values, axis=1) <= 0).all()
    np.testing.assert_allclose(values, np.take_along_axis(scores, items.astype(int), axis=1), atol=1e-6)
    np.testing.assert_allclose(values[:, 0], scores.max(axis=1), atol=1e-6)


def test_seen_items_are_left_out(fitted):
    items, values = fitted.recommend(checkerboard(), SIZE, users=first(SIZE))
    seen = checkerboard().toarray() > 0

    for user in range(SIZE):
        unseen = np.flatnonzero(~seen[user])
        assert sorted(items[user, : unseen.size].tolist()) == unseen.tolist()
        assert (items[user, unseen.size :] == -1).all()
        assert (values[user, unseen.size :] == -np.inf).all()


def test_more_than_there_are_is_padded(fitted):
    items, values = fitted.recommend(checkerboard()[[0], :], SIZE + 3, exclude_seen=False, users=first(1))

    assert sorted(items[0, :SIZE].tolist()) == list(range(SIZE))
    assert items[0, SIZE:].tolist() == [-1, -1, -1]
    assert (values[0, SIZE:] == -np.inf).all()


def test_an_empty_row_has_finite_scores(fitted):
    rows = sparse.csr_array((2, SIZE), dtype=np.float32)

    assert np.isfinite(fitted.scores(rows, first(2))).all()
    assert (fitted.recommend(rows, 3, users=first(2))[0] >= 0).all()


def test_no_rows_at_all(fitted):
    rows = sparse.csr_array((0, SIZE), dtype=np.float32)

    assert fitted.scores(rows, first(0)).shape == (0, SIZE)
    assert fitted.recommend(rows, 3, users=first(0))[0].shape == (0, 3)


def test_the_rows_given_are_not_changed(fitted):
    rows = checkerboard()
    rows.data[0] = 0
    before = rows.copy()
    fitted.recommend(rows, 3, users=first(SIZE))

    assert rows.nnz == before.nnz
    assert (rows.data == before.data).all()


def test_saved_and_loaded_scores_are_identical(fitted, tmp_path):
    fitted.save(tmp_path / "saved")
    loaded = load_recommender(tmp_path / "saved")

    assert type(loaded) is type(fitted)
    assert np.array_equal(loaded.scores(checkerboard(), first(SIZE)), fitted.scores(checkerboard(), first(SIZE)))


def test_another_recommenders_artefact_is_refused(fitted, tmp_path):
    write_artifact(tmp_path / "other", {}, {"recommender": "other"})

    with pytest.raises(ArtifactError, match="holds 'other', expected"):
        type(fitted).load(tmp_path / "other")
    with pytest.raises(ArtifactError, match="holds no registered recommender but 'other'"):
        load_recommender(tmp_path / "other")


@pytest.mark.parametrize("weight", [np.nan, np.inf, -1.0])
def test_weights_that_are_no_weights_are_refused(fitted, weight):
    rows: sparse.csr_array = sparse.csr_array(checkerboard()[[0, 1], :])
    rows.data[-1] = weight

    with pytest.raises(RecommenderError, match=f"row 1, item {rows.indices[-1]}: weight is {weight}"):
        fitted.scores(rows)


@pytest.mark.parametrize("rows", [sparse.csr_array((1, SIZE + 1)), np.zeros((1, SIZE)), sparse.csr_array((1, 1))])
def test_rows_of_another_shape_are_refused(fitted, rows):
    with pytest.raises(RecommenderError, match=rf"expected a sparse matrix \[b, {SIZE}\], got"):
        fitted.scores(rows)


def test_k_below_one_is_refused(fitted):
    with pytest.raises(RecommenderError, match="k is 0, expected at least 1"):
        fitted.recommend(checkerboard(), 0)


@pytest.mark.parametrize("matrix", [sparse.csr_array((0, 0)), sparse.csr_array((3, 4))])
def test_nothing_to_fit_on_is_refused(name, matrix):
    with pytest.raises(RecommenderError, match=f"{name} needs at least one interaction"):
        fit(name, matrix.astype(np.float32))


@pytest.mark.parametrize(
    "board",
    [
        [[1]],
        [[1, 0, 0]],
        [[1, 1, 1]],
        [[1], [1]],
        [[1, 0], [0, 0], [0, 1]],
        [[2, 0, 0, 1], [0, 0, 0, 5]],
        [[3, 3, 3], [3, 3, 3]],
    ],
    ids=[
        "one pair",
        "one user",
        "one user, all",
        "one item",
        "user without events",
        "items nobody touched",
        "all equal",
    ],
)
def test_the_smallest_data_give_finite_scores(name, board):
    matrix: sparse.csr_array = sparse.csr_array(np.array(board, np.float32))
    small = fit(name, matrix)

    assert small.n_items == matrix.shape[1]
    assert np.isfinite(small.scores(matrix, first(len(board)))).all()
    assert np.isfinite(small.scores(sparse.csr_array(np.zeros((1, len(board[0])), np.float32)), first(1))).all()


def test_the_same_seed_gives_the_same_scores(name, fitted):
    once, again = (model.scores(checkerboard(), first(SIZE)) for model in (fitted, fit(name, checkerboard())))

    np.testing.assert_allclose(once, again, atol=1e-4)


def test_progress_ends_at_one(fitted, reports):
    fractions = [fraction for fraction, _ in reports]

    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert all(text for _, text in reports)


@pytest.fixture(scope="module")
def messy(name) -> FittedRecommender:
    """The checkerboard told in two halves, an item that has but an event of weight zero, a user without any."""
    halves = Interactions.from_csr(checkerboard())
    users, items = (np.append(np.tile(column, 2), last) for column, last in ((halves.users, 0), (halves.items, SIZE)))
    weights = np.append(np.full(2 * len(halves), 0.5, np.float32), np.float32(0))
    return recommender_class(name)().fit(Interactions(users, items, weights, None, SIZE + 1, SIZE + 1))


def messy_rows() -> sparse.csr_array:
    return sparse.csr_array(np.pad(checkerboard().toarray(), (0, 1)))


def test_duplicated_pairs_are_one_and_weight_zero_is_none(name, messy):
    if name in IMPERSONAL:
        pytest.skip("finds nobody's own item")
    items, _ = messy.recommend(messy_rows()[:SIZE], 1, users=first(SIZE))

    assert items[:, 0].tolist() == list(range(SIZE))


def test_an_item_nobody_touched_is_put_above_no_other(messy):
    scores = messy.scores(messy_rows(), first(SIZE + 1))

    assert (scores[:, SIZE] <= scores[:, :SIZE].min(axis=1)).all()


def test_a_user_without_events_is_recommended_something(messy):
    items, scores = messy.recommend(messy_rows()[[SIZE], :], 3, users=np.array([SIZE], np.int32))

    assert len(set(items[0].tolist())) == 3
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("weight", [np.nan, np.inf, -1.0])
def test_fitting_on_weights_that_are_no_weights_is_refused(name, weight):
    matrix = checkerboard()
    matrix.data[4] = weight

    with pytest.raises(InteractionsError, match=rf"weights\[4\] is {weight}, expected"):
        fit(name, matrix)


def test_fitting_on_unknown_ids_is_refused(name):
    recommender, vocabulary = recommender_class(name)(), Vocabulary(["a", "b"])

    with pytest.raises(InteractionsError, match=r"items\[1\] is 2, expected 0 to 1"):
        recommender.fit(Interactions(np.array([0, 1]), np.array([0, 2]), np.ones(2, np.float32), None, 2, 2))
    with pytest.raises(InteractionsError, match="row 1: user 'x' is not in the vocabulary"):
        recommender.fit(
            Interactions.from_raw(["a", "x"], ["a", "b"], user_vocabulary=vocabulary, item_vocabulary=vocabulary)
        )
