"""Registry of rating models and their presets. To add one, write a file and add a line here.

Classes are given by dotted path, because importing some of them loads TensorFlow. `NAME` has the published settings,
`NAME:PRESET` settings chosen on validation ratings.
"""

from __future__ import annotations

from dataclasses import fields, replace
from importlib import import_module
from typing import Any

from ml.rating.base import RatingModel, RatingModelError
from ml.rating.configs import (
    TUNED_BIASED_MF,
    TUNED_DMF_REGRESSOR,
    TUNED_DOT_SIGMOID,
    TUNED_HYBRID_CONTENT,
    BiasConfig,
    BiasedMFConfig,
    DMFRegressorConfig,
    DotSigmoidConfig,
    HybridContentConfig,
    StarDistributionConfig,
)

# name: (class that fits, its default config, its presets)
_MODELS: dict[str, tuple[str, Any, dict[str, Any]]] = {
    "bias_only": ("ml.rating.bias_only.BiasOnly", BiasConfig(), {"tuned": BiasConfig(None, None)}),
    "biased_mf": ("ml.rating.biased_mf.BiasedMF", BiasedMFConfig(), {"tuned": TUNED_BIASED_MF}),
    "dot_sigmoid": ("ml.rating.dot_sigmoid.DotSigmoid", DotSigmoidConfig(), {"tuned": TUNED_DOT_SIGMOID}),
    "dmf_regressor": ("ml.rating.dmf_regressor.DMFRegressor", DMFRegressorConfig(), {"tuned": TUNED_DMF_REGRESSOR}),
    "hybrid_content": (
        "ml.rating.hybrid_content.HybridContent",
        HybridContentConfig(),
        {"tuned": TUNED_HYBRID_CONTENT},
    ),
    "star_distribution": ("ml.rating.star_distribution.StarDistribution", StarDistributionConfig(), {}),
}


def rating_model_names(*, presets: bool = False) -> tuple[str, ...]:
    """Return the registered names in order; with `presets`, each followed by its NAME:PRESET."""
    return tuple(
        label
        for name, (_, _, others) in _MODELS.items()
        for label in (name, *(f"{name}:{preset}" for preset in others if presets))
    )


def rating_model(label: str, **changes: Any) -> RatingModel:
    """Return the model NAME or NAME:PRESET, with changed fields of its config.

    Raise RatingModelError for an unknown name, preset or field.
    """
    name, _, preset = label.partition(":")
    if label not in rating_model_names(presets=True):
        raise RatingModelError(
            f"no rating model is called {label!r}; there are {', '.join(rating_model_names(presets=True))}"
        )
    path, default, presets = _MODELS[name]
    config = presets[preset] if preset else default
    unknown = set(changes) - {entry.name for entry in fields(config)}
    if unknown:
        raise RatingModelError(f"{name} has no setting {sorted(unknown)[0]!r}")
    module, _, attribute = path.rpartition(".")
    model: RatingModel = getattr(import_module(module), attribute)(replace(config, **changes), label)
    return model
