"""Every drawing: fills the picture sensibly, shows the product's colour, and differs between its two models."""

import re
from functools import cache
from io import BytesIO

import numpy as np
import pytest
import pyvips
from PIL import Image

from demo.pictures import DRAWINGS, FOLDER, Look, compose, illustrate

GREEN, BLUE = "#469650", "#3c5abe"
SAME_FOR_BOTH_MODELS = {"kettle", "grinder", "dripper", "lantern", "bike_light"}


@cache
def pixels(drawing: str, main=GREEN, model: int = 0, style: str = "natural") -> np.ndarray:
    """Return the picture at half its size, int [320 x 320 x 3]."""
    document = compose(drawing, Look(main, "#f0e1c8", "#ebe1cd", style, model))
    return pyvips.Image.svgload_buffer(document, scale=0.32).flatten().numpy().astype(int)


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
    for corner in (green[:15, :15], green[:15, -15:]):
        assert np.ptp(corner.reshape(-1, 3), axis=0).max() < 40


def test_a_picture_is_a_square_that_can_be_shown():
    picture = Image.open(BytesIO(illustrate("mug", Look(GREEN, "#f0e1c8", "#ebe1cd"))))
    smaller = np.asarray(picture.reduce(2)).astype(int)

    assert (picture.format, picture.mode, picture.size) == ("WEBP", "RGB", (640, 640))
    assert share_of_difference(smaller, pixels("mug")) < 0.002


def test_the_same_look_gives_the_same_picture():
    look = Look(GREEN, "#f0e1c8", "#ebe1cd")

    assert illustrate("mug", look) == illustrate("mug", look)


def test_a_style_changes_details_besides_the_backdrop():
    handle = np.s_[165:225, 220:260]

    assert share_of_difference(pixels("teapot")[handle], pixels("teapot", style="minimal")[handle]) > 0.1


@pytest.mark.parametrize("drawing", ["teapot", "pan"])
def test_each_style_has_a_backdrop_of_its_own(drawing):
    """In a room and on a surface, along the middle of the wall beside the product."""
    rows = [pixels(drawing, style=style)[50] for style in ("natural", "minimal", "bold")]

    for first, second in ((0, 1), (1, 2), (0, 2)):
        assert (np.abs(rows[first] - rows[second]).sum(axis=1) > 6).mean() > 0.05


def test_the_table_is_darker_than_the_wall():
    rows = pixels("mug")[:, :20].mean(axis=(1, 2))
    horizon = round(716 * 0.32)

    assert rows[horizon + 10] < rows[horizon - 10] - 5


def test_an_unknown_drawing_is_an_error():
    with pytest.raises(KeyError, match="submarine"):
        illustrate("submarine", Look(GREEN, GREEN, GREEN))


def test_a_part_of_drawings_is_none():
    assert "_room" not in DRAWINGS
    with pytest.raises(KeyError, match="_room"):
        illustrate("_room", Look(GREEN, GREEN, GREEN))


@pytest.mark.parametrize("style", ["natural", "minimal", "bold"])
@pytest.mark.parametrize("model", [0, 1])
def test_drawings_leave_nothing_to_be_filled_in(style, model):
    for drawing in DRAWINGS:
        document = compose(drawing, Look(GREEN, "#f0e1c8", "#ebe1cd", style, model)).decode()

        assert "{{" not in document, drawing
        assert not re.search(r'(fill|stroke|stop-color)=""', document), drawing
        assert not re.search(r'class="(solid|soft|shadow)"', document), drawing
        ids = set(re.findall(r'id="([^"]+)"', document))
        assert set(re.findall(r"url\(#([^)]+)\)", document)) <= ids, drawing


def test_drawings_are_small_and_hold_no_pictures():
    for file in FOLDER.glob("*.svg"):
        assert file.stat().st_size < 16_000, file.name
        assert "<image" not in file.read_text(), file.name
