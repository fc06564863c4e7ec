"""Validation cases of DMF, held out of its data, and their NDCG."""

import numpy as np
import pytest
from scipy import sparse

from ml.evaluation import RankingCases
from ml.interactions import Interactions
from ml.recommenders.dmf import validation
from ml.recommenders.dmf.validation import Validation
from ml.user_tower import UserTower


def everything(n_users=6, n_items=5):
    return Interactions.from_csr(sparse.csr_array(np.ones((n_users, n_items), np.float32)))


def cut_of_everything() -> Validation:
    cut = Validation.cut(everything(), seed=0)
    assert cut is not None
    return cut


def test_every_user_loses_one_item_to_the_cases():
    cut = cut_of_everything()

    assert cut.cases.users.tolist() == list(range(6))
    assert cut.train.nnz == 24
    assert not cut.train.toarray()[cut.cases.users, cut.cases.positives].any()


def test_of_many_users_some_are_held_out(monkeypatch):
    monkeypatch.setattr(validation, "MOST_HELD_OUT", 2)

    cut = cut_of_everything()

    assert len(cut.cases) == 2
    assert cut.train.nnz == 28


@pytest.mark.parametrize("shape", [(3, 1), (1, 1)], ids=["one item", "one pair"])
def test_users_of_one_item_cannot_be_validated_on(shape):
    assert Validation.cut(everything(*shape), seed=0) is None


def test_ndcg_is_that_of_the_rank():
    """Scores 3, 2, 1 for items 1, 2, 3 after item 0 was seen: item 2 stands second."""
    tower = UserTower((np.ones((4, 1), np.float32),), (np.zeros(1, np.float32),), True, False, False)
    train = sparse.csr_array(np.array([[1, 0, 0, 0]], np.float32))
    cases = RankingCases(np.array([0], np.int32), np.array([2], np.int32), np.array([[1, 3, -1]], np.int32))

    figure = Validation(train, cases, np.zeros(4, np.float32)).ndcg(tower, np.array([[9], [3], [2], [1]], np.float32))

    assert figure == pytest.approx(1 / np.log2(3))


def test_no_cases_are_worth_nothing():
    tower = UserTower((np.ones((2, 1), np.float32),), (np.zeros(1, np.float32),), True, False, False)
    none = np.zeros(0, np.int32)
    cases = RankingCases(none, none, np.zeros((0, 3), np.int32))

    rows = sparse.csr_array(np.ones((1, 2), np.float32))

    assert Validation(rows, cases, np.zeros(2, np.float32)).ndcg(tower, np.ones((2, 1), np.float32)) == 0


def test_with_times_the_latest_item_is_held_out_and_the_others_have_their_recency():
    users = np.repeat(np.arange(3, dtype=np.int32), 3)
    items = np.array([0, 1, 2, 1, 2, 0, 2, 1, 0], np.int32)
    cut = Validation.cut(Interactions(users, items, np.ones(9, np.float32), np.arange(9.0), 3, 3), seed=0)

    assert cut is not None
    assert cut.cases.positives.tolist() == [2, 0, 0]
    assert cut.recency[0] < cut.recency[2] < cut.recency[1]


def test_without_times_nothing_is_recent():
    assert not cut_of_everything().recency.any()
