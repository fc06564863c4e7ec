"""Checks that keep a bad version from serving."""

import numpy as np
import pytest

from ml.interactions import Interactions
from recommendations.learning import checks
from recommendations.learning.checks import CheckFailed, check_version, doubt_about
from recommendations.versions import artifact_store
from tests.factories import ProductFactory
from tests.recommendations.publishing import index_now, publish

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


@pytest.mark.parametrize(
    ("ranker", "reason"),
    [
        ("rank_complementary", "0 products came to go with product 0, expected 3"),
        ("rank_trending", "0 products came that trend, expected 4"),
        ("rank_similar", "0 products came like product 0, expected 3"),
    ],
)
def test_every_intent_must_answer(version, interactions, monkeypatch, ranker, reason):
    monkeypatch.setattr(checks, ranker, lambda *_, **__: [])

    with pytest.raises(CheckFailed, match=reason):
        check_version(version, interactions)


@pytest.mark.parametrize("known_items", [0, 2], ids=["a new shopper", "one who touched unknown products only"])
def test_shoppers_the_version_knows_nothing_of_must_get_an_answer(version, interactions, monkeypatch, known_items):
    honest = checks.rank_for_you

    def only_for_those_it_knows(index, state, *arguments, **options):
        unknown = not state.vector.any() and state.recent.size == known_items
        return [] if unknown else honest(index, state, *arguments, **options)

    monkeypatch.setattr(checks, "rank_for_you", only_for_those_it_knows)
    with pytest.raises(CheckFailed, match="0 products came for a shopper, expected 4"):
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


PASTS = [(user, item) for user in range(8) for item in (user, (user + 1) % 8)]


def test_vectors_that_tell_shoppers_apart_leave_no_doubt(category):
    publish(ProductFactory.create_batch(8, category=category), np.eye(8).tolist())

    assert doubt_about(index_now(), interactions_of(PASTS)) == ""


def test_the_same_list_for_everybody_is_doubted(category):
    publish(ProductFactory.create_batch(8, category=category), [[1.0, 0.0]] * 8)

    assert doubt_about(index_now(), interactions_of(PASTS)) == (
        "Held back: the first 1 products for 8 shoppers differ by only 0.0%, expected at least 5%: it recommends the "
        "same to everybody."
    )


def test_too_few_different_pasts_cannot_be_told_apart(category):
    publish(ProductFactory.create_batch(8, category=category), [[1.0, 0.0]] * 8)
    alike = [(user, item % 4) for user, item in PASTS]

    assert doubt_about(index_now(), interactions_of(alike)) == ""


def interactions_of(pairs) -> Interactions:
    users, items = np.unique(np.array(pairs), axis=0).T
    return Interactions(users, items, np.ones(users.size, np.float32), None, 8, 8)
