from dataclasses import dataclass, fields

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from benchmarks.search_spaces import SPACES, around, space_of
from ml.recommenders.registry import recommender_class, recommender_names


@dataclass(frozen=True)
class Config:
    units: int = 32
    rate: float = 0.01
    input_dropout: float = 0.5
    is_bounded: bool = True
    seed: int = 0
    optional: float | None = None
    loss: str = "mse"


def test_a_space_around_defaults():
    assert around(Config()) == {
        "units": IntDistribution(8, 128, log=True),
        "rate": FloatDistribution(0.0025, 0.04, log=True),
        "input_dropout": FloatDistribution(0.0, 0.9),
        "is_bounded": CategoricalDistribution((True, False)),
    }


@pytest.mark.parametrize("name", sorted(set(recommender_names()) & set(SPACES)))
def test_declared_spaces_name_fields_of_the_config(name):
    names = {one.name for one in fields(recommender_class(name)().config)}

    assert set(SPACES[name]) <= names


def test_a_declared_space_comes_first():
    assert space_of("item_knn", Config()) is SPACES["item_knn"]
    assert space_of("not declared", Config()) == around(Config())
