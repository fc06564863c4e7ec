"""Named colours: unique within a style, and to be told from the wall they are shown before."""

import math

import pytest

from shop.demo.tables.colours import PALETTES
from shop.demo.tables.structure import Style


@pytest.mark.parametrize("palette", sorted(PALETTES))
@pytest.mark.parametrize("style", list(Style))
def test_names_differ_and_colours_stand_out(palette, style):
    colours = PALETTES[palette][style]

    assert len({colour.name for colour in colours}) == len(colours) >= 4
    for colour in colours:
        assert math.dist(colour.main, colour.wall) > 40, colour.name
        assert math.dist(colour.main, colour.accent) > 40, colour.name
