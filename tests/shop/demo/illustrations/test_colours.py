"""Mixing colours."""

from shop.demo.illustrations.colours import LIGHT, SHADE, brightness, darker, lighter, mix, rgb


def test_mixing_is_linear_and_reaches_both_ends():
    assert mix((0, 100, 200), (100, 0, 200), 0.0) == (0, 100, 200)
    assert mix((0, 100, 200), (100, 0, 200), 1.0) == (100, 0, 200)
    assert mix((0, 100, 200), (100, 0, 200), 0.25) == (25, 75, 200)


def test_shade_and_light_lean_to_their_colours():
    colour = rgb("6F7B4B")

    assert colour == (111, 123, 75)
    assert darker(colour, 1.0) == SHADE
    assert lighter(colour, 1.0) == LIGHT
    assert brightness(darker(colour)) < brightness(colour) < brightness(lighter(colour))


def test_brightness_of_black_and_white():
    assert brightness((0, 0, 0)) == 0
    assert round(brightness((255, 255, 255)), 9) == 1
