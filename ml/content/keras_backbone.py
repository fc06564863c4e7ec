"""Image encoders of Keras Applications with weights stored on this machine (worker only: needs TensorFlow).

Nothing is downloaded: put a weights file of Keras Applications, under its Keras name, into a folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ml.content.image_vectors import N_DIMENSIONS, Backbone

KERAS_CACHE = Path.home() / ".keras" / "models"
PICTURE_SIZE = 224
DIRECTIONS_SEED = 512


class WeightsError(ValueError):
    """A weights file cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Application:
    """An image network of keras.applications. file: the name of its weights without the classifier."""

    name: str
    file: str
    build: Callable[..., Any]
    preprocess: Callable[[Any], Any]


# The first one found is used, so the best one comes first.
APPLICATIONS = (
    Application(
        "EfficientNetB0",
        "efficientnetb0_notop.h5",
        keras.applications.EfficientNetB0,
        keras.applications.efficientnet.preprocess_input,
    ),
    Application(
        "ResNet50",
        "resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        keras.applications.ResNet50,
        keras.applications.resnet.preprocess_input,
    ),
    Application(
        "MobileNetV2",
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
        keras.applications.MobileNetV2,
        keras.applications.mobilenet_v2.preprocess_input,
    ),
)


class KerasBackbone:
    """An image network without its classifier: its averaged last feature maps, projected to 512 dimensions."""

    size = PICTURE_SIZE

    def __init__(self, name: str, network: Any, preprocess: Callable[[Any], Any]) -> None:
        self.name = name
        self._network = network
        self._preprocess = preprocess
        self._directions = sign_directions(int(network.output_shape[-1]))

    def describe(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the vectors of b pictures, uint8 RGB [b, 224, 224, 3], as float32 [b, 512]."""
        prepared = self._preprocess(pictures.astype(np.float32))
        features = np.asarray(self._network(prepared, training=False), np.float32)
        return features @ self._directions


def find_backbone(folders: Sequence[Path] = (KERAS_CACHE,)) -> Backbone | None:
    """Return the best image network with weights in one of the folders, or None.

    Raise WeightsError for a file of the right name with other weights.
    """
    for application in APPLICATIONS:
        for folder in folders:
            if (folder / application.file).is_file():
                return _load(application, folder / application.file)
    return None


def sign_directions(width: int) -> NDArray[np.float32]:
    """Return random signs / sqrt(512), float32 [width, 512], the same on every machine.

    The projection preserves products of vectors up to an error of about 1 / sqrt(512) (Achlioptas,
    "Database-friendly random projections", JCSS 66(4), 2003).
    """
    words = np.random.PCG64(DIRECTIONS_SEED).random_raw(width * N_DIMENSIONS // 64)
    bits = np.unpackbits(words.astype("<u8").view(np.uint8)).reshape(width, N_DIMENSIONS)
    signs: NDArray[np.float32] = 2 * bits.astype(np.float32) - 1
    return signs / np.float32(np.sqrt(N_DIMENSIONS))


def _load(application: Application, weights: Path) -> KerasBackbone:
    shape = (PICTURE_SIZE, PICTURE_SIZE, 3)
    network = application.build(include_top=False, weights=None, input_shape=shape, pooling="avg")
    try:
        network.load_weights(str(weights))
    except (ValueError, OSError, KeyError) as error:
        raise WeightsError(
            f"{weights} does not hold the weights of {application.name} without its classifier: {error}. "
            "Replace or remove the file."
        ) from error
    return KerasBackbone(application.name, network, application.preprocess)
