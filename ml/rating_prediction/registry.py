"""All kinds of fitted rating models. A model that predicts in a new way adds its class here."""

from __future__ import annotations

from pathlib import Path

from ml.artifact import ArtifactError, read_artifact
from ml.rating_prediction.bias_predictor import BiasPredictor
from ml.rating_prediction.dense_predictor import DensePredictor
from ml.rating_prediction.factor_predictor import FactorPredictor
from ml.rating_prediction.hybrid_predictor import HybridPredictor
from ml.rating_prediction.predictor import RatingPredictor
from ml.rating_prediction.star_predictor import StarPredictor

_KINDS: dict[str, type[RatingPredictor]] = {
    found.kind: found for found in (BiasPredictor, FactorPredictor, DensePredictor, HybridPredictor, StarPredictor)
}


def load_rating_predictor(directory: Path) -> RatingPredictor:
    """Open a saved predictor of whatever kind its artefact gives; raises ArtifactError."""
    kind = read_artifact(directory, verify=False).metadata.get("rating_predictor")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ArtifactError(f"{directory} holds no known rating predictor but {kind!r}")
    return _KINDS[kind].load(directory)
