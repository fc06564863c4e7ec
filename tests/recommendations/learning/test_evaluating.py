"""Figures of a recommender on held-out products, from lists worked out by hand."""

import json
import uuid

import numpy as np
import pytest

from ml.interactions import Interactions
from ml.recommenders.base import FittedRecommender
from ml.splits import Split
from recommendations.behaviour.event_weights import KIND_CODES, Kind, Log
from recommendations.learning import evaluating
from recommendations.learning.evaluating import EvaluationRefused, evaluate, evaluate_log, split_at_moment
from recommendations.learning.fitting import DEFAULT_RECOMMENDER
from tests.factories import ProductFactory
from tests.recommendations.shopping import act


class Fixed(FittedRecommender):
    """Gives every shopper the same scores."""

    name = "fixed"

    def __init__(self, scores) -> None:
        self.all_scores = np.array(scores, np.float32)

    @property
    def n_items(self):
        return self.all_scores.size

    def _scores(self, rows, users):
        return np.tile(self.all_scores, (rows.shape[0], 1))

    def arrays(self):
        return {}

    @classmethod
    def from_artifact(cls, artifact):
        raise NotImplementedError


def interactions(users, items, n_users, n_items) -> Interactions:
    return Interactions(np.array(users), np.array(items), np.ones(len(users), np.float32), None, n_users, n_items)


@pytest.fixture
def split() -> Split:
    """Of twenty products shopper 0 touched 0, shopper 1 the rest but 1; both have product 1 held out."""
    others = list(range(2, 20))
    train = interactions([0, *[1] * 18, 2], [0, *others, 1], 3, 20)
    return Split(train, interactions([0, 1], [1, 1], 3, 20))


def test_the_held_out_product_competes_with_untouched_ones_only(split):
    figures = evaluate({"rising": Fixed(np.arange(20))}, split)

    # shopper 0 has 18 better ones before product 1; shopper 1 has none left that is better
    assert figures["rising"]["hr_at_10"] == 0.5
    assert figures["rising"]["ndcg_at_10"] == 0.5


def test_ties_count_against_the_recommender(split):
    assert evaluate({"flat": Fixed(np.zeros(20))}, split)["flat"]["hr_at_10"] == 0.5


def test_every_recommender_gets_the_same_figures_as_numbers_json_can_hold(split):
    figures = evaluate({"rising": Fixed(np.arange(20)), "falling": Fixed(-np.arange(20))}, split)

    assert set(figures) == {"rising", "falling"}
    for found in figures.values():
        assert set(found) == {"hr_at_10", "ndcg_at_10", "ndcg_at_20_full", "coverage_at_20"}
        assert all(0 <= value <= 1 for value in found.values())
    assert figures["falling"]["hr_at_10"] == 1.0


def test_many_cases_are_sampled(monkeypatch):
    sizes: list[int] = []
    honest = evaluating.sample_negatives

    def counted(train, test, *arguments, **options):
        sizes.append(len(test))
        return honest(train, test, *arguments, **options)

    monkeypatch.setattr(evaluating, "MOST_CASES", 10)
    monkeypatch.setattr(evaluating, "sample_negatives", counted)
    users = np.arange(50)
    many = Split(interactions(users, users % 20, 50, 20), interactions(users, (users + 1) % 20, 50, 20))

    evaluate({"flat": Fixed(np.zeros(20))}, many)

    assert sizes == [10]


def log_of(*rows: tuple[int, int, Kind, float]) -> Log:
    shoppers, products, kinds, times = zip(*rows, strict=True)
    return Log(
        np.array(shoppers),
        np.array(products),
        np.array([KIND_CODES[kind] for kind in kinds], np.int8),
        np.full(len(rows), np.nan, np.float32),
        np.array(times, np.float64),
    )


def test_the_past_is_weighed_without_what_came_later():
    moments = [
        (0, 5, Kind.VIEW, 1.0),
        (1, 5, Kind.VIEW, 2.0),
        (1, 7, Kind.VIEW, 3.0),
        (3, 7, Kind.VIEW, 4.0),
        (0, 7, Kind.VIEW, 5.0),
        (0, 7, Kind.NOT_INTERESTED, 6.0),
        (1, 9, Kind.VIEW, 7.0),
        (3, 7, Kind.VIEW, 8.0),
        (0, 5, Kind.PURCHASE, 9.0),
        (0, 9, Kind.VIEW, 10.0),
    ]
    split = split_at_moment(log_of(*moments))

    # the first eight rows are the past: product 7 was refused by shopper 0, and the purchase of 5 is not known yet
    assert list(zip(split.train.users.tolist(), split.train.items.tolist(), strict=True)) == [
        (0, 0), (1, 0), (1, 1), (1, 2), (2, 1),
    ]  # fmt: skip
    assert split.train.weights.tolist() == pytest.approx([1.0] * 5, rel=1e-5)
    # later 5 was known to shopper 0 already, 9 was new
    assert (split.test.users.tolist(), split.test.items.tolist()) == ([0], [2])


@pytest.mark.django_db
@pytest.mark.parametrize("split_name", ["leave-one-out", "random"])
def test_the_shops_own_log_is_measured(checkerboard, split_name):
    heard: list[float] = []
    names = [DEFAULT_RECOMMENDER, "popularity"]
    found = evaluate_log(names, split_name=split_name, progress=lambda share, text: heard.append(share))
    tower, popularity = found["rows"]

    assert (found["split"], found["shoppers"], found["interactions"]) == (split_name, 20, 60)
    assert found["held_out"] + found["trained_on"] == 60
    assert found["held_out"] == {"leave-one-out": 20, "random": 12}[split_name]
    assert [tower["recommender"], popularity["recommender"]] == names
    assert tower["mrr"] > popularity["mrr"]
    assert tower["n_list_users"] <= 20
    assert tower["n_cases_users_1_to_5"] == found["cases"]
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    json.dumps(found, allow_nan=False)


@pytest.mark.django_db
def test_one_that_cannot_be_fitted_does_not_lose_the_others(checkerboard, monkeypatch):
    def refuse(self, *arguments, **options):
        raise ValueError("too large")

    monkeypatch.setattr("ml.recommenders.item_knn.ItemKNN.fit", refuse)
    bad, good = evaluate_log(["item_knn", "popularity"])["rows"]

    assert bad == {"recommender": "item_knn", "error": "too large"}
    assert "error" not in good


@pytest.mark.django_db
def test_an_unknown_name_and_an_empty_log_are_refused():
    with pytest.raises(EvaluationRefused, match="No recommender is called 'none'; there are popularity"):
        evaluate_log(["none"])
    with pytest.raises(EvaluationRefused, match="nothing to evaluate on: load some first"):
        evaluate_log(["popularity"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("split_name", "reason"),
    [
        ("leave-one-out", "no shopper has touched two different products"),
        ("temporal", "the last fifth of the log holds no product that is new"),
        ("random", "too few different pairs"),
    ],
)
def test_a_log_that_cannot_be_split_is_refused(split_name, reason):
    act(Kind.VIEW, ProductFactory(), shopper=uuid.UUID(int=1))

    with pytest.raises(EvaluationRefused, match=reason):
        evaluate_log(["popularity"], split_name=split_name)
