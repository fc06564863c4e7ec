"""Rating models on disk: whole or not at all, and the newest sound one predicts."""

import uuid

import numpy as np
import pytest

from ml.artifact import ArtifactError, ArtifactUnreadable
from ml.rating.ratings import Ratings
from ml.rating.registry import rating_model
from recommendations.ratings import rating_versions

SHOPPERS = np.array([uuid.UUID(int=n).hex for n in (1, 2)], dtype="S32")
PRODUCTS = np.array([uuid.UUID(int=n).hex for n in (7, 8, 9)], dtype="S32")


@pytest.fixture(autouse=True)
def _own_handle(monkeypatch):
    monkeypatch.setattr(rating_versions, "_handle", rating_versions.RatingHandle())
    monkeypatch.setattr(rating_versions, "SECONDS_BETWEEN_LOOKS", 0.0)


@pytest.fixture(scope="module")
def predictor():
    ratings = Ratings.from_arrays([0, 1, 0], [0, 1, 1], [5.0, 1.0, 4.0], n_users=2, n_items=3)
    return rating_model("bias_only").fit(ratings)


def version(number: int) -> str:
    return f"20260101-03000{number}-1f2e"


def test_nothing_predicts_before_the_first():
    assert rating_versions.current() is None
    assert rating_versions.versions() == []


def test_the_newest_predicts_and_old_ones_go(predictor):
    for number in range(4):
        rating_versions.write(version(number), predictor, SHOPPERS, PRODUCTS)
        current = rating_versions.current()
        assert current is not None
        assert current.version == version(number)

    assert rating_versions.versions() == [version(3), version(2)]
    assert not list(rating_versions.folder().glob(".*"))


def test_ids_become_indices_and_the_unrated_are_unknown(predictor):
    written = rating_versions.write(version(1), predictor, SHOPPERS, PRODUCTS)

    shoppers = [uuid.UUID(int=2), None, uuid.UUID(int=5), uuid.UUID(int=1)]
    products = [uuid.UUID(int=number) for number in (7, 8, 9, 10)]
    assert written.indices(shoppers, products).tolist() == [[1, -1, -1, 0], [0, 1, -1, -1]]


def test_a_damaged_version_is_refused_and_the_one_before_goes_on(predictor, caplog):
    for number in (1, 2):
        rating_versions.write(version(number), predictor, SHOPPERS, PRODUCTS)
    (rating_versions.folder() / version(2) / "ids" / "products.npy").write_bytes(b"x")

    for _ in range(2):
        current = rating_versions.current()
        assert current is not None
        assert current.version == version(1)
    assert caplog.text.count("is refused") == 1


def test_a_version_that_cannot_be_read_for_a_moment_is_tried_again(predictor, monkeypatch):
    monkeypatch.setattr(rating_versions, "SECONDS_AFTER_A_FAILURE", 0.0)
    for number in (1, 2):
        rating_versions.write(version(number), predictor, SHOPPERS, PRODUCTS)
    read = rating_versions.read_artifact

    def too_many_open(directory):
        if directory.parent.name == version(2):
            raise ArtifactUnreadable("too many open files")
        return read(directory)

    with monkeypatch.context() as patch:
        patch.setattr(rating_versions, "read_artifact", too_many_open)
        before = rating_versions.current()
    after = rating_versions.current()

    assert before is not None
    assert after is not None
    assert (before.version, after.version) == (version(1), version(2))


def test_ids_that_do_not_fit_the_model_are_refused(predictor):
    with pytest.raises(ArtifactError, match=r"\(2, 2\) ids for a model of 2 x 3"):
        rating_versions.write(version(1), predictor, SHOPPERS, PRODUCTS[:2])

    assert rating_versions.versions() == []
    assert not list(rating_versions.folder().iterdir())
