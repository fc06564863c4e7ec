"""Backdrops: one for each style, painted once and never drawn into."""

import numpy as np
import pytest

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.scenery import FLOOR, HORIZON, Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import box

WALL = (220, 210, 190)
STYLES = ("natural", "minimal", "bold")


def look(style: str) -> Look:
    return Look((100, 110, 60), (240, 230, 210), WALL, style)


def pixels(paint, style: str) -> np.ndarray:
    canvas = Canvas(WALL)
    paint(canvas, look(style))
    return np.asarray(canvas.picture()).astype(int)


@pytest.mark.parametrize("paint", [room, flat_lay])
def test_each_style_has_a_backdrop_of_its_own(paint):
    pictures = [pixels(paint, style) for style in STYLES]

    assert (pictures[0] != pictures[1]).any()
    assert (pictures[1] != pictures[2]).any()
    assert (pictures[0] != pictures[2]).any()


def test_the_table_is_darker_than_the_wall():
    rows = pixels(room, "natural").mean(axis=(1, 2))

    assert HORIZON < FLOOR
    assert rows[int(HORIZON * 0.64) + 20] < rows[int(HORIZON * 0.64) - 20] - 5


def test_a_backdrop_is_not_changed_by_what_is_drawn_on_it():
    before = pixels(room, "bold")
    canvas = Canvas(WALL)
    room(canvas, look("bold"))
    canvas.fill(box(0, 0, 1000, 1000), (0, 0, 0))

    np.testing.assert_array_equal(pixels(room, "bold"), before)


def test_shadows_fall_to_the_right_and_below():
    canvas = Canvas(WALL)
    drop_shadow(canvas, look("natural"), box(400, 400, 600, 600))
    shade = WALL[0] - np.asarray(canvas.picture()).astype(int)[:, :, 0]

    assert shade[:, 384:].sum() > shade[:, :256].sum()
    assert shade[384:].sum() > shade[:256].sum()


def test_a_ground_shadow_lies_on_the_floor():
    canvas = Canvas(WALL)
    ground_shadow(canvas, look("natural"), 500, 150)
    dark = (WALL[0] - np.asarray(canvas.picture()).astype(int)[:, :, 0]).sum(axis=1)

    assert abs(int(dark.argmax()) / 0.64 - FLOOR) < 15
