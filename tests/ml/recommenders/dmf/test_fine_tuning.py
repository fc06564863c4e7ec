"""Training a fitted DMF on: it begins where it stopped, takes in new items and tastes, and keeps the old ones."""

from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.base import Changes, RecommenderError
from ml.recommenders.dmf import recommender
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fine_tuning import WEIGHT_OF_OLD_DIRECTION, WEIGHT_OF_OLD_USER
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.recommender import DMF
from ml.recommenders.dmf.warm_trainer import WarmTrainer

N_OLD_USERS, N_OLD_ITEMS, N_NEW = 24, 12, 6
CONFIG = DMFConfig(width=16, members=2, most_epochs=30, validate=False)


def old_tastes() -> np.ndarray:
    """Even users touch even items, odd users odd ones, one item left out for each; bool [24, 12]."""
    liked = np.add.outer(np.arange(N_OLD_USERS), np.arange(N_OLD_ITEMS)) % 2 == 0
    for user in range(N_OLD_USERS):
        liked[user, np.flatnonzero(liked[user])[user // 2 % (N_OLD_ITEMS // 2)]] = False
    return liked


def with_a_new_taste() -> tuple[Interactions, Changes]:
    """The same, and six new users who touch six new items, one left out for each. The old items come last."""
    n_users, n_items = N_OLD_USERS + N_NEW, N_NEW + N_OLD_ITEMS
    liked = np.zeros((n_users, n_items), bool)
    liked[:N_OLD_USERS, N_NEW:] = old_tastes()
    liked[N_OLD_USERS:, :N_NEW] = ~np.eye(N_NEW, dtype=bool)
    interactions = Interactions.from_csr(sparse.csr_array(liked.astype(np.float32)))
    known_as = np.concatenate([np.full(N_NEW, -1), np.arange(N_OLD_ITEMS)])
    return interactions, Changes(known_as, interactions.users >= N_OLD_USERS)


@pytest.fixture(scope="module")
def fitted():
    return DMF(CONFIG).fit(Interactions.from_csr(sparse.csr_array(old_tastes().astype(np.float32))))


@pytest.fixture(scope="module")
def tuned(fitted):
    interactions, changes = with_a_new_taste()
    return DMF(CONFIG).fine_tune(fitted, interactions, changes)


@pytest.mark.parametrize("is_cosine", [True, False], ids=["cosine", "dot product"])
def test_it_begins_where_it_stopped_whatever_the_order_of_the_items(is_cosine):
    rows = sparse.csr_array(old_tastes().astype(np.float32))
    config = DMFConfig(width=8, members=2, most_epochs=3, validate=False, cosine=is_cosine)
    before = DMF(config).fit(Interactions.from_csr(rows))
    order = np.random.default_rng(0).permutation(N_OLD_ITEMS)
    interactions = Interactions.from_csr(rows[:, order])

    again = DMF(config).fine_tune(before, interactions, Changes(order, np.zeros(len(interactions), bool)))

    np.testing.assert_allclose(again.scores(rows[:, order]), before.scores(rows)[:, order], atol=1e-5)


def test_a_new_taste_is_learned_and_its_new_items_are_recommended(tuned):
    rows = with_a_new_taste()[0].to_csr()[N_OLD_USERS:]

    assert tuned.recommend(rows, 1)[0][:, 0].tolist() == list(range(N_NEW))


def test_old_tastes_are_kept(fitted, tuned):
    rows = with_a_new_taste()[0].to_csr()[:N_OLD_USERS]
    before = fitted.recommend(rows[:, N_NEW:], 1)[0][:, 0]
    after = tuned.recommend(rows, 1)[0][:, 0] - N_NEW

    assert ((before + np.arange(N_OLD_USERS)) % 2 == 0).all()
    assert ((after + np.arange(N_OLD_USERS)) % 2 == 0).all()
    assert (after >= 0).all()


def test_what_was_trained_on_can_be_trained_on_again(tuned):
    interactions, _ = with_a_new_taste()
    nothing = Changes(np.arange(interactions.n_items), np.zeros(len(interactions), bool))

    again = DMF(CONFIG).fine_tune(tuned, interactions, nothing)

    np.testing.assert_allclose(again.scores(interactions.to_csr()), tuned.scores(interactions.to_csr()), atol=1e-5)


def test_members_side_by_side_learn_what_they_learn_one_after_the_other(fitted, tuned, monkeypatch):
    monkeypatch.setattr(recommender, "blas_threads", lambda: 1)
    interactions, changes = with_a_new_taste()

    alone = DMF(CONFIG).fine_tune(fitted, interactions, changes)

    np.testing.assert_allclose(
        alone.scores(interactions.to_csr()), tuned.scores(interactions.to_csr()), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(("is_cosine", "kept"), [(True, 0.7), (False, 1.0)], ids=["cosine", "dot product"])
def test_vectors_are_shortened_before_passes_where_only_their_direction_counts(is_cosine, kept, monkeypatch):
    monkeypatch.setattr(WarmTrainer, "run_epoch", lambda self: 0.0)
    interactions = Interactions.from_csr(sparse.csr_array(old_tastes().astype(np.float32)))
    config = DMFConfig(width=8, members=2, most_epochs=3, validate=False, cosine=is_cosine)
    before = cast(FittedDMF, DMF(config).fit(interactions))
    nothing = Changes(np.arange(N_OLD_ITEMS), np.zeros(len(interactions), bool))

    after = cast(FittedDMF, DMF(config).fine_tune(replace(before, waiting=120), interactions, nothing))

    np.testing.assert_allclose(after.item_vectors[:, : 2 * 8], before.item_vectors[:, : 2 * 8], atol=1e-6)
    np.testing.assert_allclose(after.lengths, before.lengths * kept, rtol=1e-5)
    np.testing.assert_allclose(after.user_tower.kernels[0], before.user_tower.kernels[0] * np.float32(kept), atol=1e-7)


def test_little_that_is_new_waits_until_it_is_worth_passes(fitted):
    """One event in 120 is new: the first five only fold in, the sixth is a twentieth of all and brings the passes."""
    interactions = Interactions.from_csr(sparse.csr_array(old_tastes().astype(np.float32)))
    one_new = Changes(np.arange(N_OLD_ITEMS), np.arange(len(interactions)) == 0)
    tuned, waiting, biases = fitted, [], []

    for _ in range(6):
        tuned = cast(FittedDMF, DMF(CONFIG).fine_tune(tuned, interactions, one_new))
        waiting.append(tuned.waiting)
        biases.append(tuned.user_tower.biases[0])

    assert len(interactions) == 120
    assert waiting == [1, 2, 3, 4, 5, 0]
    assert [bool((bias == fitted.user_tower.biases[0]).all()) for bias in biases] == [True] * 5 + [False]


def test_while_it_waits_a_new_item_stands_where_its_users_look(fitted):
    """Five of the even users touch a new item, which comes first: 5 of 125 events are too few for passes."""
    liked = np.column_stack([np.isin(np.arange(N_OLD_USERS), np.arange(0, 10, 2)), old_tastes()])
    interactions = Interactions.from_csr(sparse.csr_array(liked.astype(np.float32)))
    rows = sparse.csr_array(np.column_stack([np.zeros(N_OLD_USERS), old_tastes()]).astype(np.float32))

    tuned = cast(
        FittedDMF,
        DMF(CONFIG).fine_tune(fitted, interactions, Changes(np.arange(-1, N_OLD_ITEMS), interactions.items == 0)),
    )

    before, after = fitted.scores(rows[:, 1:]), tuned.scores(rows)
    np.testing.assert_allclose(after[:, 1:], before, atol=1e-6)
    looks = fitted.user_tower.vectors(rows[:10:2, 1:])[:, : 2 * 16].sum(axis=0).reshape(2, 16)
    own = tuned.item_vectors[0, : 2 * 16].reshape(2, 16)
    usual = np.median(np.linalg.norm(fitted.item_vectors[:, : 2 * 16].reshape(-1, 2, 16), axis=2), axis=0)
    np.testing.assert_allclose(own, looks / np.linalg.norm(looks, axis=1, keepdims=True) * usual[:, None], atol=1e-5)
    np.testing.assert_allclose(tuned.lengths[0], np.median(fitted.lengths, axis=0), rtol=1e-6)
    assert (after[10::2, 0] > after[11::2, 0].max()).all()


def with_odd_users_of_an_even_item() -> tuple[Interactions, Changes]:
    """The old tastes, and five odd users who touched item 0: 5 of 125 events, too few for passes."""
    liked = old_tastes()
    liked[1:10:2, 0] = True
    interactions = Interactions.from_csr(sparse.csr_array(liked.astype(np.float32)))
    is_new = (interactions.items == 0) & (interactions.users % 2 == 1)
    return interactions, Changes(np.arange(N_OLD_ITEMS), is_new)


def turned(vectors: np.ndarray, looks: np.ndarray, weight: float) -> np.ndarray:
    """One item's parts, [members, width], by the formula: its old direction counts like so many users."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    directions = weight * vectors / lengths + looks
    return directions / np.linalg.norm(directions, axis=1, keepdims=True) * lengths


def test_while_it_waits_a_known_item_turns_towards_where_its_new_users_look(fitted):
    """Ten users had item 0, so its direction counts like so many users as the constants say."""
    interactions, changes = with_odd_users_of_an_even_item()
    rows = interactions.to_csr()

    tuned = cast(FittedDMF, DMF(CONFIG).fine_tune(fitted, interactions, changes))

    assert np.count_nonzero(old_tastes()[:, 0]) == 10
    weight = WEIGHT_OF_OLD_DIRECTION + WEIGHT_OF_OLD_USER * 10
    looks = fitted.user_tower.vectors(rows[1:10:2])[:, : 2 * 16].sum(axis=0).reshape(2, 16) * np.sqrt(2)
    for before, after in (
        (fitted.item_vectors[:, : 2 * 16], tuned.item_vectors[:, : 2 * 16]),
        (fitted.user_tower.kernels[0], tuned.user_tower.kernels[0]),
    ):
        np.testing.assert_array_equal(after[1:], before[1:])
        np.testing.assert_allclose(after[0].reshape(2, 16), turned(before[0].reshape(2, 16), looks, weight), atol=1e-6)
    odd = sparse.csr_array((old_tastes() & (np.arange(N_OLD_USERS) % 2 == 1)[:, None]).astype(np.float32))[11::2]
    with_its_bias_alone = replace(tuned, item_vectors=fitted.item_vectors.copy(), user_tower=fitted.user_tower)
    with_its_bias_alone.item_vectors[0, -1] = tuned.item_vectors[0, -1]
    assert (tuned.scores(odd)[:, 0] > with_its_bias_alone.scores(odd)[:, 0]).all()


@pytest.mark.parametrize("case", ["who had the item", "who had it, both told as one", "by dot product"])
def test_an_item_does_not_turn_towards(case):
    """Users who touch an item again; and new users where a vector's length, which stays, is part of its score."""
    is_cosine = case != "by dot product"
    config = DMFConfig(width=8, members=2, most_epochs=3, validate=False, cosine=is_cosine)
    old = Interactions.from_csr(sparse.csr_array(old_tastes().astype(np.float32)))
    before = cast(FittedDMF, DMF(config).fit(old))
    interactions, changes = with_odd_users_of_an_even_item()
    if case == "who had it, both told as one":
        is_new = np.isin(np.arange(len(old)), np.flatnonzero(old.items == 0)[:5])
        interactions, changes = old, Changes(changes.known_as, is_new, np.ones(len(old), bool))
    elif is_cosine:
        events = np.concatenate([np.arange(len(old)), np.flatnonzero(old.items == 0)[:5]])
        interactions, changes = old.select(events), Changes(changes.known_as, np.arange(events.size) >= len(old))

    after = cast(FittedDMF, DMF(config).fine_tune(before, interactions, changes))

    assert after.waiting == 5
    np.testing.assert_array_equal(after.item_vectors[:, : 2 * 8], before.item_vectors[:, : 2 * 8])
    np.testing.assert_array_equal(after.user_tower.kernels[0], before.user_tower.kernels[0])


def test_an_item_with_something_new_is_as_popular_as_others_of_as_many_users():
    """Item j lost the users below j; one event of item 3 is new, too little for passes."""
    liked = old_tastes() & np.greater_equal.outer(np.arange(N_OLD_USERS), np.arange(N_OLD_ITEMS))
    interactions = Interactions.from_csr(sparse.csr_array(liked.astype(np.float32)))
    before = cast(FittedDMF, DMF(CONFIG).fit(interactions))
    is_new = np.arange(len(interactions)) == np.flatnonzero(interactions.items == 3)[0]

    after = cast(FittedDMF, DMF(CONFIG).fine_tune(before, interactions, Changes(np.arange(N_OLD_ITEMS), is_new)))

    users = np.log1p(liked.sum(axis=0))
    expected = before.item_vectors[:, -1].copy()
    expected[3] = np.polyval(np.polyfit(users, expected, 1), users[3])
    assert abs(expected[3] - before.item_vectors[3, -1]) > 1e-4
    np.testing.assert_allclose(after.item_vectors[:, -1], expected, atol=1e-6)


def test_what_waits_is_saved_with_the_model(fitted, tmp_path):
    interactions = Interactions.from_csr(sparse.csr_array(old_tastes().astype(np.float32)))
    changes = Changes(np.arange(N_OLD_ITEMS), np.arange(len(interactions)) < 4)

    DMF(CONFIG).fine_tune(fitted, interactions, changes).save(tmp_path / "model")

    assert FittedDMF.load(tmp_path / "model").waiting == 4


@pytest.mark.parametrize(
    ("known_as", "is_new"),
    [(np.arange(11), np.zeros(3, bool)), (np.zeros(12, np.int64), None), (np.arange(12) + 1, None)],
    ids=["wrong lengths", "one item twice", "an item that is not there"],
)
def test_places_that_do_not_fit_are_refused(fitted, known_as, is_new):
    interactions = Interactions.from_csr(sparse.csr_array(old_tastes().astype(np.float32)))

    with pytest.raises(RecommenderError, match="known_as"):
        DMF(CONFIG).fine_tune(
            fitted, interactions, Changes(known_as, np.zeros(len(interactions), bool) if is_new is None else is_new)
        )
