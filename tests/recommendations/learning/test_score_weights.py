"""Weights are learned from shoppers that nothing else is measured on, in a shop whose categories decide."""

from datetime import UTC, datetime

import numpy as np
import pytest

from ml.ranking import Weights
from ml.splits import Split, leave_one_out
from ml.user_tower import UserTower
from recommendations.behaviour.event_weights import KIND_CODES, Kind, Log
from recommendations.learning import score_weights
from recommendations.learning.catalogue import Catalogue
from recommendations.learning.log import TrainingLog
from recommendations.learning.score_weights import in_halves, learn_weights
from recommendations.learning.training import train
from recommendations.learning.training_data import TrainingData, build_training_data
from recommendations.versions.models import ModelVersion, RankingProfile
from tests.recommendations.tower_model import FittedTowerModel

SHOPPERS, CATEGORIES, OF_EACH = 160, 8, 8
DAY = 86_400.0


@pytest.fixture(scope="module")
def data() -> TrainingData:
    """Each shopper looks at three products of one category on one day, and rates a fourth of it a day later."""
    random = np.random.default_rng(0)
    rows = []
    for shopper in range(SHOPPERS):
        chosen = random.permutation(OF_EACH)[:4] + OF_EACH * (shopper % CATEGORIES)
        rows += [(shopper, item, Kind.VIEW, np.nan, 100 + place / 100) for place, item in enumerate(chosen[:3])]
        rows.append((shopper, chosen[3], Kind.RATE, 4.0, 101))
    shoppers, products, kinds, values, days = zip(*rows, strict=True)
    log = Log(
        np.array(shoppers),
        np.array(products),
        np.array([KIND_CODES[kind] for kind in kinds], np.int8),
        np.array(values, np.float32),
        np.array(days) * DAY,
    )
    count = CATEGORIES * OF_EACH
    stars = np.bincount(log.products, weights=np.nan_to_num(log.values), minlength=count).astype(np.float64)
    catalogue = Catalogue(
        [f"p{item:03}" for item in range(count)],
        [""] * count,
        stars,
        (np.arange(count) // OF_EACH).astype(np.int32),
        [f"c{category}" for category in range(CATEGORIES)],
        np.full(CATEGORIES, -1, np.int32),
        datetime(2026, 1, 1, tzinfo=UTC),
    )
    return build_training_data(catalogue, TrainingLog(log, SHOPPERS, None, log.times))


@pytest.fixture(scope="module")
def mistaken(data) -> FittedTowerModel:
    """A model that takes each shopper for one of the next category."""
    places = [int(raw_id[1:]) // OF_EACH for raw_id in data.catalogue.raw_ids[: data.interactions.n_items]]
    axes = np.eye(CATEGORIES, dtype=np.float32)
    tower = UserTower((np.roll(axes, 1, axis=1)[places],), (np.zeros(CATEGORIES, np.float32),), False, False, True)
    return FittedTowerModel(tower, axes[places], [])


@pytest.fixture(scope="module")
def split(data) -> Split:
    return leave_one_out(data.interactions)


def users_of(split: Split) -> set[int]:
    return set(split.test.users.tolist())


def test_the_halves_are_of_different_shoppers_and_of_all(split):
    first, second = in_halves(split, seed=0)

    assert users_of(first).isdisjoint(users_of(second))
    assert (len(first.test), len(second.test)) == (80, 80)
    assert first.train is second.train is split.train
    assert users_of(in_halves(split, seed=0)[0]) == users_of(first) != users_of(in_halves(split, seed=1)[0])


@pytest.mark.parametrize(("shoppers", "sizes"), [(100, (50, 50)), (99, (0, 99))])
def test_few_shoppers_are_left_to_the_measuring_alone(split, shoppers, sizes):
    some = Split(split.train, split.test.select(np.arange(shoppers)))

    assert tuple(len(half.test) for half in in_halves(some, seed=0)) == sizes


def test_what_decides_gets_the_weight_and_is_worth_it_on_the_other_half(data, mistaken, split):
    told: list[float] = []

    found = learn_weights(
        mistaken, *in_halves(split, seed=0), lambda share, text: told.append(share), data=data, seed=0
    )["learned_weights"]

    weights = Weights(**found["weights"])
    assert weights.category > Weights().category
    assert weights.cosine < Weights().cosine
    assert (found["fitted_on"], found["measured_on"]) == (80, 80)
    assert found["fit"]["learned"] > found["fit"]["classic"]
    assert found["difference"] == pytest.approx(found["learned"] - found["classic"], abs=2e-4)
    assert found["interval"][0] > 0
    assert told == sorted(told)


def test_without_a_half_to_learn_from_there_is_nothing(data, mistaken, split):
    few = Split(split.train, split.test.select(np.arange(40)))

    assert learn_weights(mistaken, *in_halves(few, seed=0), data=data, seed=0) == {}


def test_what_was_held_out_leaves_no_trace_in_the_index_it_is_ranked_by(data, mistaken, split, monkeypatch):
    given: dict[str, np.ndarray] = {}

    def note(catalogue, model, demand):
        given.update(stars=catalogue.stars, event_weights=demand.event_weights)
        raise StopIteration

    monkeypatch.setattr(score_weights, "build_serving_index", note)
    with pytest.raises(StopIteration):
        learn_weights(mistaken, *in_halves(split, seed=0), data=data, seed=0)

    assert data.catalogue.stars.sum() == 4.0 * SHOPPERS
    assert not given["stars"].any()
    views = np.bincount(split.train.items, minlength=split.train.n_items)
    assert ((given["event_weights"] > 0) == (views > 0)).all()
    assert given["event_weights"].sum() == pytest.approx(3 * SHOPPERS, rel=0.05)  # a view weighs 1, a rating 4


def test_so_many_shoppers_are_enough(data, mistaken, split, monkeypatch):
    monkeypatch.setattr(score_weights, "MOST_CASES", 20)

    found = learn_weights(mistaken, *in_halves(split, seed=0), data=data, seed=0)["learned_weights"]

    assert (found["fitted_on"], found["measured_on"]) == (20, 20)


@pytest.mark.django_db
@pytest.mark.usefixtures("without_sweep")
def test_a_training_learns_from_one_half_and_measures_on_the_other(checkerboard, monkeypatch):
    monkeypatch.setattr(score_weights, "LEAST_SHOPPERS", 10)

    row = train()

    learned = row.metrics["learned_weights"]
    assert (learned["fitted_on"], learned["measured_on"]) == (10, 10)
    assert row.metrics["held_out"] == row.metrics["as_served"]["cases"] == 10
    profile = RankingProfile.objects.get(name="learned")
    assert profile.weights() == learned["weights"]
    assert not profile.is_active


@pytest.mark.django_db
@pytest.mark.usefixtures("without_sweep")
@pytest.mark.parametrize("is_measured", [pytest.param(True, id="too few"), pytest.param(False, id="not measured")])
def test_a_training_that_cannot_learn_weights_leaves_the_classic_ones(checkerboard, is_measured):
    RankingProfile.objects.filter(name="learned").update(cosine_weight=0.9)

    row = train(is_measured=is_measured)

    assert row.status == ModelVersion.Status.PROMOTED
    assert "learned_weights" not in row.metrics
    assert RankingProfile.objects.get(name="learned").weights() == vars(Weights())
