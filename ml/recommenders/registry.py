"""Registry of recommenders. To add one, write a file and add a line here.

Classes are given by dotted path, because importing some of them loads TensorFlow.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from ml.artifact import ArtifactError, read_artifact
from ml.recommenders.base import FittedRecommender, Recommender, RecommenderError

# name: (recommender, fitted recommender); the second does not import the dependencies of the first
_CLASSES = {
    "popularity": ("ml.recommenders.popularity.Popularity", "ml.recommenders.popularity.FittedPopularity"),
    "item_knn": ("ml.recommenders.item_knn.ItemKNN", "ml.recommenders.item_knn.FittedItemKNN"),
    "user_knn": ("ml.recommenders.user_knn.UserKNN", "ml.recommenders.user_knn.FittedUserKNN"),
    "ease": ("ml.recommenders.ease.EASE", "ml.recommenders.ease.FittedEASE"),
    "ials": ("ml.recommenders.ials.IALS", "ml.recommenders.ials.FittedIALS"),
    "bpr": ("ml.recommenders.bpr.BPR", "ml.recommenders.bpr.FittedBPR"),
    "mf_softmax": ("ml.recommenders.mf_softmax.MFSoftmax", "ml.recommenders.mf_softmax.FittedMFSoftmax"),
    "dmf": ("ml.recommenders.dmf.recommender.DMF", "ml.recommenders.dmf.fitted.FittedDMF"),
    "hybrid": ("ml.recommenders.hybrid.recommender.Hybrid", "ml.recommenders.hybrid.fitted.FittedHybrid"),
}


def recommender_names() -> tuple[str, ...]:
    """Return the registered names, in the order of the tables."""
    return tuple(_CLASSES)


def recommender_class(name: str) -> type[Recommender]:
    """Return the class of a recommender. Raise RecommenderError for an unknown name."""
    found: type[Recommender] = _import(_known(name)[0])
    return found


def load_recommender(directory: Path) -> FittedRecommender:
    """Return the saved recommender, of the class that its artefact names. Raise ArtifactError."""
    name = read_artifact(directory, verify=False).metadata.get("recommender")
    if not isinstance(name, str) or name not in _CLASSES:
        raise ArtifactError(f"{directory} holds no registered recommender but {name!r}")
    found: type[FittedRecommender] = _import(_CLASSES[name][1])
    return found.load(directory)


def _known(name: str) -> tuple[str, str]:
    if name not in _CLASSES:
        raise RecommenderError(f"no recommender is called {name!r}; there are {', '.join(_CLASSES)}")
    return _CLASSES[name]


def _import(path: str) -> Any:
    module, _, attribute = path.rpartition(".")
    return getattr(import_module(module), attribute)
