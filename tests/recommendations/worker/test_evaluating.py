"""Figures of a recommender on held-out products, from lists worked out by hand."""

import numpy as np
import pytest

from ml.interactions import Interactions
from ml.recommenders.base import FittedRecommender
from ml.splits import Split
from recommendations.worker import evaluating
from recommendations.worker.evaluating import evaluate


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
