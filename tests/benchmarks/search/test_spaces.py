from dataclasses import dataclass, fields
from typing import Any

import pytest
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution

from benchmarks.search.spaces import SPACES, around, space_of
from ml.rating.configs import (
    BiasConfig,
    BiasedMFConfig,
    DMFRegressorConfig,
    DotSigmoidConfig,
    HybridContentConfig,
    StarDistributionConfig,
)
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.ease import EASEConfig
from ml.recommenders.ials import IALSConfig
from ml.recommenders.item_knn import ItemKNNConfig
from ml.recommenders.popularity import PopularityConfig


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


CONFIGS: dict[str, Any] = {
    "popularity": PopularityConfig(),
    "item_knn": ItemKNNConfig(),
    "ease": EASEConfig(),
    "ials": IALSConfig(),
    "dmf": DMFConfig(),
    "bias_only": BiasConfig(),
    "biased_mf": BiasedMFConfig(),
    "dot_sigmoid": DotSigmoidConfig(),
    "dmf_regressor": DMFRegressorConfig(),
    "hybrid_content": HybridContentConfig(),
    "star_distribution": StarDistributionConfig(),
}


@pytest.mark.parametrize("name", sorted(CONFIGS))
def test_declared_spaces_name_fields_of_the_config(name):
    assert set(SPACES[name]) <= {one.name for one in fields(CONFIGS[name])}


def test_every_declared_space_is_held_against_its_config():
    assert set(SPACES) == set(CONFIGS)


def test_a_declared_space_comes_first():
    def refuse(name):
        raise AssertionError(name)

    assert space_of("item_knn", refuse) is SPACES["item_knn"]
    assert space_of("bias_only:tuned", refuse) is SPACES["bias_only"]
    assert space_of("not declared", lambda name: Config()) == around(Config())
