import numpy as np
import pytest
from scipy import sparse

from ml import evaluation
from ml.evaluation import (
    SLICES,
    EvaluationError,
    RankingCases,
    RankingResult,
    bootstrap_interval,
    evaluate_lists,
    evaluate_ranking,
    sample_negatives,
)
from ml.interactions import Interactions
from ml.splits import SplitError

# items 0 to 3 occur in train, 4 and 5 are cold; user 2 has no events
TRAIN = Interactions.from_csr(
    sparse.csr_array(np.array([[1, 1, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]], np.float32))
)


class FixedScores:
    """Gives every user the same scores."""

    def __init__(self, *scores: float) -> None:
        self._scores = np.array(scores, np.float32)

    def scores(self, rows, users=None):
        return np.tile(self._scores, (rows.shape[0], 1))

    def recommend(self, rows, k, *, exclude_seen=True, users=None):
        scores = self.scores(rows)
        scores[rows.toarray() > 0] = -np.inf
        order = np.argsort(-scores, axis=1)[:, :k].astype(np.int32)
        return order, np.take_along_axis(scores, order.astype(int), axis=1)


def cases(*rows: tuple[int, int, list[int]]) -> RankingCases:
    users, positives, negatives = zip(*rows, strict=True)
    return RankingCases(np.array(users, np.int32), np.array(positives, np.int32), np.array(negatives, np.int32))


def pairs(*rows: tuple[int, int]) -> Interactions:
    users, items = zip(*rows, strict=True)
    return Interactions(
        np.array(users, np.int32), np.array(items, np.int32), np.ones(len(rows), np.float32), None, 3, 6
    )


def test_ranks_and_warmth():
    asked = cases((0, 2, [3, 4]), (1, 0, [4, -1]), (0, 4, [3, 5]), (2, 1, [0, 2]))
    result = evaluate_ranking(FixedScores(9, 8, 7, 7, 99, 1), TRAIN, asked)

    # case 0: item 3 ties; case 1: its only negative is cold; case 2: cold, so even item 5 ties with it
    assert result.ranks.tolist() == [1, 0, 2, 1]
    assert result.warm.tolist() == [True, True, False, False]
    assert result.user_events.tolist() == [2, 3, 2, 0]
    assert result.item_events.tolist() == [1, 1, 0, 2]


def test_one_row_at_a_time_gives_the_same(monkeypatch):
    asked = cases((0, 2, [3, 4]), (1, 0, [4, -1]), (2, 1, [0, 2]))
    scorer = FixedScores(9, 8, 7, 7, 99, 1)
    at_once = evaluate_ranking(scorer, TRAIN, asked), evaluate_lists(scorer, TRAIN, pairs((0, 3), (1, 5)), k=2)
    monkeypatch.setattr(evaluation, "SCORES_PER_BATCH", 6)
    one_by_one = evaluate_ranking(scorer, TRAIN, asked), evaluate_lists(scorer, TRAIN, pairs((0, 3), (1, 5)), k=2)

    assert one_by_one[0].ranks.tolist() == at_once[0].ranks.tolist() == [1, 0, 1]
    np.testing.assert_equal(one_by_one[1], at_once[1])


def test_a_case_that_train_knows_is_refused():
    with pytest.raises(SplitError, match="user 1, item 2"):
        evaluate_ranking(FixedScores(*range(6)), TRAIN, cases((0, 2, [3]), (1, 2, [0])))


def test_summary_of_warm_and_cold():
    result = RankingResult(np.array([0, 10, 1]), np.array([3, 3, 0]), np.array([1, 2, 2]))

    assert result.summary(10) == {
        "hr_at_10": pytest.approx(2 / 3),
        "ndcg_at_10": pytest.approx((1 + 1 / np.log2(3)) / 3),
        "hr_at_10_warm": 0.5,
        "ndcg_at_10_warm": 0.5,
        "hr_at_10_cold": 1.0,
        "mrr": pytest.approx((1 + 1 / 11 + 1 / 2) / 3),
    }


def test_slices_by_training_events():
    result = RankingResult(np.array([0, 10, 1, 0]), np.array([1, 5, 6, 21]), np.array([0, 20, 21, 900]))
    found = result.slices(10)

    of_users = {name: (found[f"n_cases_users_{name}"], found[f"hr_at_10_users_{name}"]) for name in SLICES}
    assert of_users.pop("0") == (0, pytest.approx(np.nan, nan_ok=True))
    assert of_users == {"1_to_5": (2, 0.5), "6_to_20": (1, 1.0), "21_up": (1, 1.0)}
    assert [found[f"n_cases_items_{name}"] for name in SLICES] == [1, 0, 1, 2]
    assert found["ndcg_at_10_items_21_up"] == pytest.approx((1 / np.log2(3) + 1) / 2)


def test_a_slice_without_cases_is_nan():
    assert np.isnan(RankingResult(np.array([0]), np.array([1]), np.array([1])).summary()["hr_at_10_cold"])


@pytest.mark.parametrize(
    ("users", "positives", "negatives", "message"),
    [
        ([0], [1], [[2, 1]], "case 0: item 1 is positive and negative"),
        ([0, 1], [1], [[2]], r"got \(2,\), \(1,\), \(1, 1\)"),
    ],
)
def test_cases_are_checked(users, positives, negatives, message):
    with pytest.raises(EvaluationError, match=message):
        RankingCases(np.array(users), np.array(positives), np.array(negatives))


def test_sampled_negatives_are_new_to_the_user():
    sampled = sample_negatives(TRAIN, pairs((0, 2), (1, 0), (1, 4)), n_negatives=3, seed=1)

    assert sampled.users.tolist() == [0, 1, 1]
    assert set(sampled.negatives[0]) <= {3, 4, 5}
    assert sorted(sampled.negatives[1].tolist()) == [-1, -1, 5]
    again = sample_negatives(TRAIN, pairs((0, 2), (1, 0), (1, 4)), n_negatives=3, seed=1)
    assert (sampled.negatives == again.negatives).all()


def test_whole_lists():
    measured = evaluate_lists(FixedScores(6, 5, 4, 3, 2, 1), TRAIN, pairs((0, 3), (1, 5)), k=2)

    # lists: user 0 -> 2, 3; user 1 -> 0, 4; of the two users with events item 1 has both, 0, 2, 3 one, 4 none
    assert {key: value for key, value in measured.items() if not np.isnan(value)} == {
        "ndcg_at_2_full": pytest.approx((1 / np.log2(3) + 0) / 2),
        "recall_at_2_full": 0.5,
        "hr_at_2_full": 0.5,
        "mrr_at_2_full": 0.25,
        "coverage_at_2": pytest.approx(4 / 6),
        "novelty_at_2": 1.0,
        "personalisation_at_2": 1.0,
        # shares by size: 0, 0, then four of 1 / 4, with factors -1, 1, 3, 5 over n - 1 = 5
        "gini_at_2": pytest.approx(0.4),
        "n_list_users": 2,
        "ndcg_at_2_full_users_1_to_5": pytest.approx((1 / np.log2(3) + 0) / 2),
    }


def test_lists_of_some_users_follow_the_seed():
    asked = pairs((0, 3), (1, 5), (2, 0))
    one = [evaluate_lists(FixedScores(6, 5, 4, 3, 2, 1), TRAIN, asked, k=2, most_users=1, seed=s) for s in (0, 0, 1, 2)]

    assert {found["n_list_users"] for found in one} == {1}
    np.testing.assert_equal(one[0], one[1])
    assert len({found["ndcg_at_2_full"] for found in one}) > 1


def test_interval_holds_the_mean_and_narrows():
    values = np.random.default_rng(0).normal(1.0, 2.0, 400)
    few, many = bootstrap_interval(values[:40]), bootstrap_interval(values)

    assert many.mean == pytest.approx(values.mean())
    assert few.low < few.mean < few.high
    # 1.96 standard errors to either side
    assert many.high - many.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert few.high - few.low > 2 * (many.high - many.low)


@pytest.mark.parametrize("values", [np.array([]), np.array([1.0, np.nan]), np.zeros((2, 2))])
def test_interval_refuses(values):
    with pytest.raises(EvaluationError, match="expected numbers"):
        bootstrap_interval(values)
