"""Lit bodies and soft shadows: where they are light and dark."""

from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
import pyvips

from demo.shading import shade

GROUND = "#c8d2dc"


def draw(shapes: str) -> np.ndarray:
    """Return what shapes look like on a plain ground, int [500 x 500 x 3]; a pixel is two units wide."""
    ground = f'<rect fill="{GROUND}" width="1000" height="1000"/>'
    document = ElementTree.fromstring(f'<svg viewBox="0 0 1000 1000">{ground}{shapes}</svg>')  # noqa: S314 our own
    shade(document)
    document.set("xmlns", "http://www.w3.org/2000/svg")
    return pyvips.Image.svgload_buffer(ElementTree.tostring(document), scale=0.5).flatten().numpy().astype(int)


def darkness(picture: np.ndarray) -> np.ndarray:
    return (draw("") - picture).sum(axis=2)


BODIES = {
    "rect": '<rect {} x="200" y="200" width="600" height="600"/>',
    "rounded": '<rect {} x="200" y="200" width="600" height="600" rx="60"/>',
    "ellipse": '<ellipse {} cx="500" cy="500" rx="300" ry="300"/>',
    "path": '<path {} d="M200,200L800,200L800,800L200,800Z"/>',
}


@pytest.mark.parametrize("body", BODIES)
def test_a_solid_is_lighter_where_the_light_comes_from(body):
    picture = draw(BODIES[body].format('class="solid" fill="#787878" data-round="1"')).sum(axis=2)

    assert picture[250, 160] > picture[250, 350] + 60
    assert picture[250, 397] < picture[250, 385]  # the shaded edge
    assert picture[250, 102] > picture[250, 110]  # the lit edge
    assert (picture[250, :95] == draw("").sum(axis=2)[250, :95]).all()


def test_a_board_without_roundness_and_edge_is_flat():
    picture = draw(BODIES["rect"].format('class="solid" fill="#141e28" data-round="0" data-edge="0"'))

    assert (picture[101:399, 101:399] == (20, 30, 40)).all()
    assert (picture[:99] == (200, 210, 220)).all()


@pytest.mark.parametrize("body", BODIES)
def test_a_soft_shape_fades_out(body):
    dark = darkness(draw(BODIES[body].format('class="soft" fill="#000000" data-blur="40"')))

    inside, *across, outside = dark[250, 250], *dark[250, 360:450:10], dark[250, 480]
    assert inside == dark.max() == 630
    assert all(near >= far for near, far in pairwise(across))
    assert dark[250, 400] == pytest.approx(inside / 2, rel=0.15)
    assert outside == 0


def test_a_soft_shape_has_its_opacity():
    dark = darkness(
        draw('<ellipse class="soft" fill="#000000" opacity=".4" data-blur="20" cx="500" cy="500" rx="300" ry="300"/>')
    )

    assert dark[250, 250] == pytest.approx(0.4 * 630, rel=0.03)


def test_a_soft_line_is_a_blurred_stroke():
    line = '<path class="soft" stroke="#000000" stroke-width="60" data-blur="10" d="M200,500L800,500"/>'
    dark = darkness(draw(f"{line}<style>.line {{ fill: none; stroke-linecap: round }}</style>"))

    assert dark[250, 250] == 630
    assert dark[265, 250] == pytest.approx(315, rel=0.25)
    assert dark[280, 250] == 0


def test_a_soft_shape_that_is_smaller_than_its_blur_is_pale():
    dark = darkness(draw('<ellipse class="soft" fill="#000000" data-blur="30" cx="500" cy="500" rx="100" ry="10"/>'))

    assert 100 < dark[250, 250] < 500


def test_shadows_fall_to_the_right_and_below():
    dark = darkness(draw('<rect class="shadow" fill="#000000" x="400" y="400" width="200" height="200"/>'))

    assert dark[:, 300:].sum() > 3 * dark[:, :200].sum()
    assert dark[300:].sum() > 3 * dark[:200].sum()
    assert dark[302, 275] > dark[310, 275] > dark[320, 275] > dark[340, 275] == 0


def test_a_higher_thing_has_a_longer_shadow():
    box = '<rect class="shadow" fill="#000000" {} x="400" y="400" width="200" height="200"/>'
    low, high = (darkness(draw(box.format(height))) for height in ("", 'data-height="2"'))

    assert (high > 20).sum() > 1.2 * (low > 20).sum()


def test_a_shadow_may_refer_to_the_shape_that_throws_it():
    lid = '<ellipse id="lid" fill="#ffffff" cx="500" cy="500" rx="100" ry="60"/>'
    referring = draw(f'<use class="shadow" href="#lid" fill="#000000"/>{lid}')
    alone = draw(f'<ellipse class="shadow" fill="#000000" cx="500" cy="500" rx="100" ry="60"/>{lid}')

    np.testing.assert_array_equal(referring, alone)
    assert (darkness(referring) > 20).any()


def test_each_element_with_an_id_is_a_clip_path():
    picture = draw(
        '<rect id="pane" fill="#ffffff" x="400" y="400" width="200" height="200"/>'
        '<rect fill="#000000" clip-path="url(#in-pane)" width="1000" height="1000"/>'
    )

    assert (picture[201:299, 201:299] == 0).all()
    assert (darkness(picture) == 0)[:199].all()


def test_marked_elements_in_groups_are_found():
    body = BODIES["ellipse"].format('class="solid" fill="#787878"')

    np.testing.assert_array_equal(draw(f"<g><g>{body}</g></g>"), draw(body))
