"""Registry of the kinds of fitted rating models. To add one, write a file and add its class here."""

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
    kind.kind: kind for kind in (BiasPredictor, FactorPredictor, DensePredictor, HybridPredictor, StarPredictor)
}


def load_rating_predictor(directory: Path) -> RatingPredictor:
    """Return the saved predictor, of the kind that its artefact names. Raise ArtifactError."""
    kind = read_artifact(directory, verify=False).metadata.get("rating_predictor")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ArtifactError(f"{directory} holds no known rating predictor but {kind!r}")
    return _KINDS[kind].load(directory)
