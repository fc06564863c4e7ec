"""Search spaces per model: fields of its config and their ranges.

A model that is not listed is searched around its defaults (`around`), so a new one needs no line here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias

from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution

Space: TypeAlias = Mapping[str, BaseDistribution]


def whole(low: int, high: int) -> IntDistribution:
    """Whole numbers, tried evenly on a logarithmic scale."""
    return IntDistribution(low, high, log=True)


def number(low: float, high: float) -> FloatDistribution:
    """Numbers, tried evenly."""
    return FloatDistribution(low, high)


def magnitude(low: float, high: float) -> FloatDistribution:
    """Positive numbers, tried evenly on a logarithmic scale."""
    return FloatDistribution(low, high, log=True)


def choice(*options: bool | int | float | str | None) -> CategoricalDistribution:
    """One of some values."""
    return CategoricalDistribution(options)


SPACES: dict[str, Space] = {
    "popularity": {
        "binary": choice(True, False),
    },
    "item_knn": {
        "n_neighbours": whole(10, 1000),
        "shrinkage": number(0.0, 200.0),
        "binary": choice(True, False),
    },
    "ease": {
        "regularization": magnitude(10.0, 3000.0),
    },
    "ials": {
        "factors": choice(32, 64, 128, 192),
        "regularization": magnitude(1.0, 1000.0),
        "alpha": magnitude(1.0, 100.0),
        "iterations": whole(5, 40),
    },
    "dmf": {
        "width": choice(64, 128, 256, 512),
        "cosine": choice(True, False),
        "temperature": magnitude(0.05, 0.5),
        "input_dropout": number(0.2, 0.9),
        "learning_rate": magnitude(5e-4, 1e-2),
    },
    "bias_only": {
        "user_shrinkage": magnitude(0.5, 50.0),
        "item_shrinkage": magnitude(0.5, 50.0),
    },
    "biased_mf": {
        "dimensions": choice(8, 16, 32, 50, 100),
        "dropout": number(0.0, 0.6),
        "l2": magnitude(1e-5, 1e-1),
        "learning_rate": magnitude(1e-4, 1e-2),
        "batch_size": choice(64, 128, 256, 512),
    },
    "dot_sigmoid": {
        "dimensions": choice(8, 16, 32, 50, 100),
        "l2": magnitude(1e-7, 1e-2),
        "with_biases": choice(True, False),
        "learning_rate": magnitude(1e-4, 1e-2),
    },
    "dmf_regressor": {
        "dimensions": choice(16, 32, 64),
        "dropout": number(0.0, 0.6),
        "l2": magnitude(1e-5, 1e-1),
        "learning_rate": magnitude(1e-5, 1e-2),
        "batch_size": choice(64, 128, 256, 512),
    },
    "hybrid_content": {
        "dimensions": choice(16, 32, 64),
        "dropout": number(0.0, 0.6),
        "l2": magnitude(1e-7, 1e-2),
        "learning_rate": magnitude(1e-4, 2e-2),
        "use_reviews": choice(True, False),
    },
    "star_distribution": {
        "rmse_allowance": number(0.0, 0.02),
        "use_reviews": choice(True, False),
    },
}


def space_of(model: str, defaults: Callable[[str], Any]) -> Space:
    """Return the declared space of NAME or NAME:PRESET, or the one around its defaults, a config."""
    return SPACES.get(model.partition(":")[0]) or around(defaults(model))


def around(defaults: Any) -> Space:
    """Return a space around a config: numbers from a quarter to four times, dropouts in [0, 0.9], booleans both ways.

    Fields that are None, zero, text or sequences stay as they are: their range is unknown.
    """
    space: dict[str, BaseDistribution] = {}
    for one in fields(defaults):
        value = getattr(defaults, one.name)
        if isinstance(value, bool):
            space[one.name] = choice(True, False)
        elif isinstance(value, int) and value > 0:
            space[one.name] = whole(max(value // 4, 1), value * 4)
        elif isinstance(value, float) and "dropout" in one.name:
            space[one.name] = number(0.0, 0.9)
        elif isinstance(value, float) and value > 0:
            space[one.name] = magnitude(value / 4, value * 4)
    return space
