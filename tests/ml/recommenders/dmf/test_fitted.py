"""Recency can be put into a fitted DMF, changed and taken out, and stays with it."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest

from ml.artifact import read_artifact, write_artifact
from ml.interactions import Interactions
from ml.item_recency import item_recency
from ml.recommenders.base import Changes
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.recommender import DMF

USERS, ITEMS = 60, 12


@pytest.fixture(scope="module")
def told() -> Interactions:
    """Everybody ends with item 10 or 11, after four others drawn from the rest."""
    random = np.random.default_rng(3)
    items = [np.append(random.choice(10, 4, replace=False), [10, 11][user % 2]) for user in range(USERS)]
    size = 5 * USERS
    return Interactions(
        np.repeat(np.arange(USERS), 5),
        np.concatenate(items),
        np.ones(size, np.float32),
        np.arange(size, dtype=np.float64),
        USERS,
        ITEMS,
    )


@pytest.fixture(scope="module", params=[True, False], ids=["cosine with bias", "dot product"])
def fitted(request, told) -> FittedDMF:
    config = DMFConfig(
        width=8,
        members=2,
        cosine=request.param,
        item_bias=request.param,
        shared=request.param,
        most_epochs=5,
        recency=0.4,
    )
    return cast(FittedDMF, DMF(replace(config, validate=False)).fit(told, seed=0))


def test_recent_items_are_higher_by_the_same_for_everybody(fitted, told):
    rows = told.to_csr()
    known = np.isfinite(fitted.scores(rows)[0])
    gain = fitted.scores(rows) - fitted.without_recency().scores(rows)

    np.testing.assert_allclose(gain, np.tile(fitted.recency, (USERS, 1)), atol=1e-4)
    assert known.all()
    assert set(np.argsort(-fitted.recency)[:2].tolist()) == {10, 11}


def test_another_weight_replaces_the_one_before(fitted, told):
    rows, unit = told.to_csr(), fitted.recency / np.abs(fitted.recency).max()
    once = fitted.with_recency(0.2, unit, rows)
    twice = fitted.with_recency(0.6, unit, rows).with_recency(0.2, unit, rows)

    np.testing.assert_allclose(once.scores(rows), twice.scores(rows), atol=1e-4)
    assert once.settings["recency"] == 0.2


def test_it_is_kept_in_the_artefact(fitted, told, tmp_path):
    write_artifact(tmp_path / "model", fitted.arrays(), fitted.metadata())
    again = FittedDMF.from_artifact(read_artifact(tmp_path / "model"))

    np.testing.assert_array_equal(again.recency, fitted.recency)
    np.testing.assert_array_equal(again.scores(told.to_csr()), fitted.scores(told.to_csr()))


def test_a_repetition_takes_the_weight_that_was_found(fitted, told):
    again = DMF().with_settings_of(fitted)

    assert again.config.recency == 0.4
    assert not again.config.validate


def test_training_on_keeps_the_weight_and_renews_the_recency(fitted, told):
    """The last item turns out to be followed by others, so it is recent no more."""
    users = np.arange(USERS)
    later = Interactions(
        np.concatenate([told.users, users]),
        np.concatenate([told.items, users % 10]),
        np.ones(6 * USERS, np.float32),
        np.concatenate([told.timestamps, 1e6 + users]),
        USERS,
        ITEMS,
    )
    changes = Changes(np.arange(ITEMS), np.arange(len(later)) >= len(told))

    tuned = cast(FittedDMF, DMF().fine_tune(fitted, later, changes, seed=0))

    assert tuned.settings["recency"] == 0.4
    unit = item_recency(later)
    assert unit[10] < item_recency(told)[10]
    np.testing.assert_allclose(tuned.recency / tuned.recency.max(), unit / unit.max(), atol=1e-5)
    difference = tuned.scores(later.to_csr()) - tuned.without_recency().scores(later.to_csr())
    np.testing.assert_allclose(difference, np.tile(tuned.recency, (USERS, 1)), atol=1e-4)
