"""Contract of rating models, run for every line of the registry."""

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from ml.artifact import ArtifactError, write_artifact
from ml.rating.base import RatingModel, RatingModelError
from ml.rating.ratings import Ratings
from ml.rating.registry import rating_model, rating_model_names
from ml.rating_prediction import RatingPredictionError, RatingPredictor, load_rating_predictor
from tests.ml.rating.planted import N_ITEMS, N_USERS, all_pairs, planted

LABELS = rating_model_names(presets=True)


def quick(label: str, **changes: object) -> RatingModel:
    """Return the model with next to no training, where it has epochs."""
    known = {entry.name for entry in fields(rating_model(label).config)}
    wanted = {"most_epochs": 2} | changes
    return rating_model(label, **{name: value for name, value in wanted.items() if name in known})


def small(stars: list[float], users: list[int], items: list[int], n_users: int, n_items: int) -> Ratings:
    return Ratings.from_arrays(users, items, stars, n_users=n_users, n_items=n_items)


@pytest.fixture(scope="module", params=LABELS)
def label(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def _eager() -> Iterator[None]:
    """Run networks without tracing, which takes longer than a few steps."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def reports(label: str) -> list[tuple[float, str]]:
    """Progress reports of the fit below."""
    return []


@pytest.fixture(scope="module")
def fitted(label: str, reports: list[tuple[float, str]]) -> RatingPredictor:
    return quick(label).fit(planted()[0], seed=3, progress=lambda fraction, text: reports.append((fraction, text)))


def test_is_registered_under_its_own_name(label, fitted):
    assert rating_model(label).name == label.partition(":")[0]
    assert rating_model(label).label == fitted.model == label


@pytest.mark.parametrize("name", rating_model_names())
def test_finds_generous_users_and_good_items(name):
    """On pairs left out the error is at most two thirds of that of the mean."""
    train, left_out = planted()
    changes = {"dimensions": 4, "l2": 1e-3, "learning_rate": 0.01, "batch_size": 16}
    fitted = quick(name, most_epochs=40, patience=40, **changes).fit(train)
    errors = left_out.stars - fitted.predict(left_out.users, left_out.items)

    assert np.sqrt(np.mean(errors**2)) < left_out.stars.std() * 2 / 3


def test_predictions_have_shape_type_and_scale_and_do_not_change(fitted):
    first, again = fitted.predict(*all_pairs()), fitted.predict(*all_pairs())

    assert (first.shape, first.dtype) == ((N_USERS * N_ITEMS,), np.float32)
    assert ((first >= 1) & (first <= 5)).all()
    assert np.array_equal(first, again)


def test_a_pair_is_predicted_the_same_alone_and_among_others(fitted):
    together = fitted.predict(*all_pairs())

    np.testing.assert_allclose(fitted.predict([4], [7]), together[[4 * N_ITEMS + 7]], atol=1e-5)


def test_no_pairs_at_all(fitted):
    assert fitted.predict([], []).shape == (0,)


def test_all_unknown_users_and_items_are_alike(fitted):
    """-1 and every index given out after the fit; an unknown side leaves what the other side tells."""
    users = fitted.predict([-1, N_USERS, 10**6], [2, 2, 2])
    items = fitted.predict([2, 2], [-1, N_ITEMS])

    assert users.min() == users.max()
    assert items.min() == items.max()
    assert np.isfinite(fitted.predict([-1], [-1])).all()
    assert 1 <= fitted.predict([-1], [-1])[0] <= 5
    # Item 14 is two stars better than item 0.
    assert fitted.predict([-1], [14])[0] > fitted.predict([-1], [0])[0]


def test_saved_and_loaded_predictions_are_identical(fitted, tmp_path):
    fitted.save(tmp_path / "saved")
    loaded = load_rating_predictor(tmp_path / "saved")

    assert type(loaded) is type(fitted)
    assert (loaded.model, loaded.scale, loaded.settings) == (fitted.model, fitted.scale, _as_json(fitted.settings))
    assert np.array_equal(loaded.predict(*all_pairs()), fitted.predict(*all_pairs()))
    assert np.array_equal(loaded.predict([-1], [3]), fitted.predict([-1], [3]))


def test_another_artefact_is_refused(fitted, tmp_path):
    write_artifact(tmp_path / "other", {}, {"rating_predictor": "other"})

    with pytest.raises(ArtifactError, match="holds 'other', expected"):
        type(fitted).load(tmp_path / "other")
    with pytest.raises(ArtifactError, match="holds no known rating predictor but 'other'"):
        load_rating_predictor(tmp_path / "other")


def test_an_artefact_with_a_part_missing_is_refused(fitted, tmp_path):
    metadata = {"rating_predictor": fitted.kind, "rating_model": "m", "scale": [1, 5], "settings": {}, "history": []}
    write_artifact(tmp_path / "bare", {}, metadata)

    with pytest.raises(ArtifactError, match="lacks the array or entry 'bias_mean'"):
        load_rating_predictor(tmp_path / "bare")


@pytest.mark.parametrize(
    ("users", "items", "message"),
    [
        ([-2], [0], r"users\[0\] is -2, expected an index, or -1"),
        ([0, 1], [0, -7], r"items\[1\] is -7"),
        ([0.5], [0], r"users: expected whole numbers \[n\], got float64 \(1,\)"),
        ([0, 1], [0], r"users has shape \(2,\), items \(1,\)"),
        ([[0]], [0], r"users: expected whole numbers"),
    ],
    ids=["negative user", "negative item", "half a user", "lengths", "two axes"],
)
def test_what_is_no_pair_is_refused(fitted, users, items, message):
    with pytest.raises(RatingPredictionError, match=message):
        fitted.predict(users, items)


def test_nothing_to_fit_on_is_refused(label):
    with pytest.raises(RatingModelError, match=f"{label} needs at least one rating, got 0 of 3 users and 4 items"):
        quick(label).fit(small([], [], [], 3, 4))


@pytest.mark.parametrize("name", rating_model_names())
@pytest.mark.parametrize(
    "ratings",
    [
        small([4], [0], [0], 1, 1),
        small([1, 5, 3], [0, 0, 0], [0, 1, 2], 1, 3),
        small([1, 5, 3], [0, 1, 2], [0, 0, 0], 3, 1),
        small([2, 5], [0, 2], [1, 3], 4, 5),
    ],
    ids=["one rating", "one user", "one item", "users and items without ratings"],
)
@pytest.mark.usefixtures("_eager")
def test_the_smallest_data_give_stars_for_everybody(name, ratings):
    fitted = quick(name, most_epochs=1).fit(ratings)
    users, items = np.divmod(np.arange(ratings.n_users * ratings.n_items), ratings.n_items)
    stars = fitted.predict(users, items)

    assert (fitted.n_users, fitted.n_items) == (ratings.n_users, ratings.n_items)
    assert ((stars >= 1) & (stars <= 5)).all()


@pytest.mark.parametrize("name", ["bias_only", "bias_only:tuned", "star_distribution"])
def test_all_equal_ratings_are_predicted_as_they_are(name):
    users, items = np.divmod(np.arange(30), 5)
    fitted = quick(name).fit(small([4.0] * 30, users.tolist(), items.tolist(), 6, 5))

    np.testing.assert_allclose(fitted.predict(users, items), 4.0, atol=1e-5)
    np.testing.assert_allclose(fitted.predict([-1], [-1]), 4.0, atol=1e-5)


@pytest.mark.parametrize("name", rating_model_names())
@pytest.mark.usefixtures("_eager")
def test_another_scale_is_kept_to(name):
    users, items = np.divmod(np.arange(24), 4)
    stars = np.where(users % 2, 9.5, 0.5)
    ratings = Ratings.from_arrays(users, items, stars, n_users=6, n_items=4, scale=(0, 10))
    predicted = quick(name, most_epochs=1).fit(ratings).predict(users, items)

    assert ((predicted >= 0) & (predicted <= 10)).all()


def test_progress_rises_to_one(fitted, reports):
    fractions = [fraction for fraction, _ in reports]

    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert all(text for _, text in reports)


@pytest.mark.parametrize("name", rating_model_names())
@pytest.mark.usefixtures("_eager")
def test_the_same_seed_gives_the_same_predictions(name):
    train = planted()[0].select(np.arange(40))
    first, again = (quick(name, most_epochs=1).fit(train, seed=3).predict(*all_pairs()) for _ in range(2))

    np.testing.assert_allclose(first, again, atol=1e-4)


def test_a_refused_save_leaves_nothing(fitted, tmp_path: Path):
    (tmp_path / "there").mkdir()

    with pytest.raises(ArtifactError, match="exists already"):
        fitted.save(tmp_path / "there")
    assert list((tmp_path / "there").iterdir()) == []


def _as_json(value: object) -> object:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    return [_as_json(inner) for inner in value] if isinstance(value, tuple | list) else value
