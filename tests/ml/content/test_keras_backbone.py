import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
from PIL import Image

from ml.content import keras_backbone
from ml.content.image_vectors import describe_images
from ml.content.keras_backbone import Application, WeightsError, find_backbone, sign_directions

TINY_FILE = "tiny_notop.h5"


def tiny_network(*, include_top: bool, weights: None, input_shape: tuple[int, int, int], pooling: str) -> keras.Model:
    """A network of one convolution, called as keras.applications are."""
    assert (include_top, weights, pooling) == (False, None, "avg")
    pictures = keras.Input(input_shape)
    maps = keras.layers.Conv2D(24, 7, strides=16, activation="relu")(pictures)
    return keras.Model(pictures, keras.layers.GlobalAveragePooling2D()(maps))


def save_weights(network: keras.Model, path: Path) -> None:
    """Write an HDF5 file of the kind keras.applications publish."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network.save(path)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> Application:
    application = Application("Tiny", TINY_FILE, tiny_network, lambda pictures: pictures / 255.0)
    monkeypatch.setattr(keras_backbone, "APPLICATIONS", (application,))
    return application


@pytest.fixture
def network() -> keras.Model:
    keras.utils.set_random_seed(5)
    return tiny_network(include_top=False, weights=None, input_shape=(224, 224, 3), pooling="avg")


def test_without_weights_there_is_no_backbone(tmp_path):
    assert find_backbone([tmp_path, tmp_path / "no such folder"]) is None


@pytest.mark.usefixtures("tiny")
def test_pictures_are_described_with_the_weights_of_the_file(tmp_path, network):
    (tmp_path / "second").mkdir()
    save_weights(network, tmp_path / "second" / TINY_FILE)
    picture = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    Image.fromarray(picture).save(tmp_path / "noise.png")

    found = describe_images([tmp_path / "noise.png"], backbone=find_backbone([tmp_path, tmp_path / "second"]))

    features = np.asarray(network(picture[None].astype(np.float32) / 255.0))[0]
    expected = features @ sign_directions(24)
    assert found.backbone == "Tiny"
    assert np.allclose(found.vectors[0], expected / np.linalg.norm(expected), atol=1e-5)


@pytest.mark.usefixtures("tiny")
def test_a_file_of_other_weights_is_named(tmp_path):
    other = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), keras.layers.Dense(2)])
    save_weights(other, tmp_path / TINY_FILE)

    with pytest.raises(WeightsError, match=rf"{TINY_FILE} does not hold the weights of Tiny .*Replace or remove"):
        find_backbone([tmp_path])


@pytest.mark.usefixtures("tiny")
def test_a_file_that_is_no_weights_file_is_named(tmp_path):
    (tmp_path / TINY_FILE).write_text("no weights")

    with pytest.raises(WeightsError, match="Replace or remove the file"):
        find_backbone([tmp_path])


def test_a_network_of_keras_is_loaded_from_its_published_file_name(tmp_path):
    keras.utils.set_random_seed(5)
    network = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(224, 224, 3))
    save_weights(network, tmp_path / "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5")

    backbone = find_backbone([tmp_path])

    assert backbone is not None
    assert (backbone.name, backbone.size) == ("MobileNetV2", 224)
    assert backbone.describe(np.full((2, 224, 224, 3), 127, np.uint8)).shape == (2, 512)


def test_the_directions_are_signs_and_keep_products():
    directions = sign_directions(1280)
    one, other = np.random.default_rng(1).normal(size=(2, 1280)).astype(np.float32)

    assert np.unique(np.abs(directions)).size == 1
    assert abs(directions.mean()) * np.sqrt(512) < 0.01
    assert directions[0, :8].tolist() == sign_directions(24)[0, :8].tolist()
    exact = one @ other / (np.linalg.norm(one) * np.linalg.norm(other))
    near = (one @ directions) @ (other @ directions)
    assert near / (np.linalg.norm(one) * np.linalg.norm(other)) == pytest.approx(exact, abs=0.15)
