"""What keeps a bad version from serving."""

import numpy as np
import pytest

from ml.interactions import Interactions
from recommendations import artifact_store
from recommendations.worker import checks
from recommendations.worker.checks import CheckFailed, check_version
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(category) -> str:
    return publish(ProductFactory.create_batch(4, category=category), promote=False)


@pytest.fixture
def interactions() -> Interactions:
    return Interactions(np.array([0, 1, 1]), np.array([0, 1, 2]), np.ones(3, np.float32), None, 2, 4)


def test_a_sound_version_passes(version, interactions):
    check_version(version, interactions)


def test_damaged_files_fail(version, interactions):
    path = artifact_store.directory_of(version) / "item_vectors.npy"
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")

    with pytest.raises(CheckFailed, match="the files are not usable.*checksum"):
        check_version(version, interactions)


@pytest.mark.parametrize(
    ("rank", "reason"),
    [
        (lambda ranked: [], "0 products came"),
        (lambda ranked: [ranked[0]] * 4, "holds a product twice"),
    ],
)
def test_wrong_lists_fail(version, interactions, monkeypatch, rank, reason):
    honest = checks.rank_for_you
    monkeypatch.setattr(checks, "rank_for_you", lambda *a, **k: rank(honest(*a, **k)))

    with pytest.raises(CheckFailed, match=reason):
        check_version(version, interactions)


def test_a_product_like_itself_fails(version, interactions, monkeypatch):
    honest = checks.rank_similar

    def with_itself(index, item, *arguments, **options):
        return honest(index, (item + 1) % index.n_items, *arguments, **options)

    monkeypatch.setattr(checks, "rank_similar", with_itself)
    with pytest.raises(CheckFailed, match="was excluded"):
        check_version(version, interactions)


def test_a_vector_that_is_not_finite_fails(version, interactions, monkeypatch):
    monkeypatch.setattr(checks, "shopper_vector", lambda *_: np.full(4, np.nan))

    with pytest.raises(CheckFailed, match="not finite"):
        check_version(version, interactions)
