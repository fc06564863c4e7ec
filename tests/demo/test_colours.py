"""Mixing colours, in Python and in templates."""

from django.template import Context, Engine

from demo.colours import LIGHT, SHADE, darker, lighter, mix, rgb

MOSS = "#6f7b4b"


def brightness(colour: str) -> float:
    red, green, blue = rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_mixing_is_linear_and_reaches_both_ends():
    assert mix("#0064c8", "#6400c8", 0) == "#0064c8"
    assert mix("#0064c8", "#6400c8", 100) == "#6400c8"
    assert mix("#0064c8", "#6400c8", 25) == "#194bc8"


def test_shade_and_light_lean_to_their_colours():
    assert rgb(MOSS) == (111, 123, 75)
    assert darker(MOSS, 100) == SHADE
    assert lighter(MOSS, 100) == LIGHT
    assert brightness(darker(MOSS, 25)) < brightness(MOSS) < brightness(lighter(MOSS, 30))


def test_templates_mix_the_same_colours():
    text = '{{ main|darker:25 }} {{ main|lighter:8.5 }} {{ main|mix:"#ffffff 50" }} {% mix main accent 40 %}'
    template = Engine(builtins=["demo.colours"]).from_string(text)

    said = template.render(Context({"main": MOSS, "accent": "#102030"})).split()
    assert said == [darker(MOSS, 25), lighter(MOSS, 8.5), mix(MOSS, "#ffffff", 50), mix(MOSS, "#102030", 40)]
