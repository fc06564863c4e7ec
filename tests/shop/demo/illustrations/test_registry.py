"""Every drawing: fills the picture sensibly, shows the product's colour, and differs between its two models."""

import numpy as np
import pytest

from shop.demo.illustrations.registry import DRAWINGS, illustrate
from shop.demo.illustrations.scenery import Look

GREEN, BLUE = (70, 150, 80), (60, 90, 190)
SAME_FOR_BOTH_MODELS = {"kettle", "grinder", "dripper", "lantern", "bike_light"}


def pixels(drawing: str, main=GREEN, model: int = 0, style: str = "natural") -> np.ndarray:
    picture = illustrate(drawing, Look(main, (240, 225, 200), (235, 225, 205), style, model))
    assert picture.size == (640, 640)
    return np.asarray(picture).astype(int)


def share_of_difference(first: np.ndarray, second: np.ndarray) -> float:
    return float((np.abs(first - second).sum(axis=2) > 40).mean())


@pytest.mark.parametrize("drawing", sorted(DRAWINGS))
def test_a_drawing_shows_its_colour_and_its_model(drawing):
    green = pixels(drawing)
    other_model = pixels(drawing, model=1)
    blue = pixels(drawing, main=BLUE, model=1)

    assert share_of_difference(other_model, blue) > 0.008
    if drawing not in SAME_FOR_BOTH_MODELS:
        assert share_of_difference(green, other_model) > 0.003
    # Nothing but the backdrop touches the corners: the product is in the middle.
    for corner in (green[:30, :30], green[:30, -30:]):
        assert np.ptp(corner.reshape(-1, 3), axis=0).max() < 40


def test_the_same_look_gives_the_same_picture():
    np.testing.assert_array_equal(pixels("mug"), pixels("mug"))


def test_a_style_changes_backdrop_and_details():
    assert share_of_difference(pixels("teapot"), pixels("teapot", style="minimal")) > 0.01


def test_an_unknown_drawing_is_an_error():
    with pytest.raises(KeyError, match="submarine"):
        pixels("submarine")
