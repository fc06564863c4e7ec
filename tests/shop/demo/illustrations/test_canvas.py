"""Drawing: what lands where, in which colour."""

import numpy as np
import pytest

from shop.demo.illustrations.canvas import SIDE, Canvas
from shop.demo.illustrations.shapes import box, ellipse

GROUND, INK = (200, 210, 220), (20, 30, 40)
MIDDLE = SIDE // 2


@pytest.fixture
def canvas() -> Canvas:
    return Canvas(GROUND)


def at(canvas: Canvas, x: float, y: float) -> tuple[int, ...]:
    """The colour at a place in canvas units, 0 to 1000."""
    colour = canvas.picture().getpixel((int(x * SIDE / 1000), int(y * SIDE / 1000)))
    assert isinstance(colour, tuple)
    return colour


def test_an_empty_canvas_is_its_ground(canvas):
    picture = canvas.picture()

    assert picture.size == (640, 640)
    assert picture.mode == "RGB"
    assert picture.getcolors() == [(640 * 640, GROUND)]


def test_a_filled_shape_is_flat_and_ends_at_its_edge(canvas):
    canvas.fill(box(250, 250, 750, 750), INK)

    assert at(canvas, 500, 500) == at(canvas, 260, 740) == INK
    assert at(canvas, 240, 500) == at(canvas, 760, 500) == GROUND
    filled = (np.asarray(canvas.picture()) == INK).all(axis=2).mean()
    assert filled == pytest.approx(0.25, abs=0.005)


def test_edges_are_softened(canvas):
    canvas.fill(ellipse(500, 500, 300), INK)

    assert len(canvas.picture().getcolors()) > 2


def test_a_solid_is_lighter_where_the_light_comes_from(canvas):
    canvas.solid(box(200, 200, 800, 800), (120, 120, 120), roundness=1.0)

    left, right = at(canvas, 300, 500), at(canvas, 700, 500)
    assert sum(left) > sum(right) + 60
    assert sum(at(canvas, 795, 500)) < sum(at(canvas, 770, 500))


def test_a_board_without_roundness_and_edge_is_flat(canvas):
    canvas.solid(box(200, 200, 800, 800), INK, edge=0, roundness=0)

    assert canvas.picture().getcolors(4) is not None
    assert at(canvas, 210, 500) == at(canvas, 790, 500) == INK


def test_a_tint_stays_inside_and_mixes_by_its_opacity(canvas):
    canvas.tint(box(0, 0, 1000, 1000), (0, 0, 0), 0.5, inside=box(400, 400, 600, 600))

    assert at(canvas, 500, 500) == tuple(pytest.approx(channel / 2, abs=1) for channel in GROUND)
    assert at(canvas, 300, 500) == GROUND


def test_a_glow_fades_out(canvas):
    canvas.glow(ellipse(500, 500, 100), (0, 0, 0), 1.0, 40)

    inside, near, far = at(canvas, 500, 500), at(canvas, 620, 500), at(canvas, 900, 500)
    assert sum(inside) < sum(near) < sum(far)
    assert far == GROUND


@pytest.mark.parametrize("draw", ["solid", "tint", "glow"])
def test_what_lies_outside_is_left_out(canvas, draw):
    outside = box(2000, 2000, 2100, 2100)
    if draw == "solid":
        canvas.solid(outside, INK)
    elif draw == "tint":
        canvas.tint(outside, INK)
    else:
        canvas.glow(outside, INK, 1.0, 10)

    assert canvas.picture().getcolors() == [(640 * 640, GROUND)]


def test_a_line_has_round_ends(canvas):
    canvas.line([(300, 500), (700, 500)], INK, 100)

    assert at(canvas, 275, 500) == INK
    assert at(canvas, 255, 455) == GROUND


def test_beginning_with_another_canvas_copies_it(canvas):
    other = Canvas(INK)
    other.begin_with(canvas)
    other.fill(box(0, 0, 1000, 1000), INK)

    assert at(canvas, 500, 500) == GROUND
