"""Mixing colours. Light falls from the upper left and is warm, so shade leans to violet and light to cream."""

from django.template import Library

SHADE = "#2c1e34"
LIGHT = "#fff8e8"

# The filters and the tag that drawings mix their colours with; shares are in percent.
register = Library()


def mix(first: str, second: str, percent: float) -> str:
    """Return the colour between two, as #rrggbb; `percent` of the second, 0 to 100."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (z - a) * percent / 100):02x}" for a, z in pairs)


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of #rrggbb, 0 to 255 each."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@register.filter
def darker(colour: str, percent: float) -> str:
    """Return the colour as it looks in shade."""
    return mix(colour, SHADE, percent)


@register.filter
def lighter(colour: str, percent: float) -> str:
    """Return the colour as it looks in light."""
    return mix(colour, LIGHT, percent)


@register.filter(name="mix")
def mix_with(colour: str, other: str) -> str:
    """Return the colour mixed with another, as in `{{ main|mix:"#3a3940 75" }}`."""
    second, percent = other.split()
    return mix(colour, second, float(percent))


register.simple_tag(mix, name="mix")
