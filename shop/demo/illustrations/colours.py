"""Mixing colours. Light falls from the upper left and is warm, so shade leans to violet and light to cream."""

RGB = tuple[int, int, int]

SHADE: RGB = (44, 30, 52)
LIGHT: RGB = (255, 248, 232)
WHITE: RGB = (253, 252, 249)
INK: RGB = (47, 44, 52)
STEEL: RGB = (186, 193, 198)
BRASS: RGB = (206, 163, 84)
COPPER: RGB = (196, 122, 86)
OAK: RGB = (205, 162, 106)
WALNUT: RGB = (122, 82, 58)
RUBBER: RGB = (58, 57, 64)
LEAF: RGB = (92, 138, 84)
SOIL: RGB = (88, 63, 50)


def rgb(code: str) -> RGB:
    """Return the colour of a six-digit hexadecimal code."""
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


def mix(first: RGB, second: RGB, share: float) -> RGB:
    """Return the colour between two; `share` of the second, 0 to 1."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(first, second, strict=True))
    return r, g, b


def darker(colour: RGB, share: float = 0.25) -> RGB:
    """Return the colour as it looks in shade."""
    return mix(colour, SHADE, share)


def lighter(colour: RGB, share: float = 0.3) -> RGB:
    """Return the colour as it looks in light."""
    return mix(colour, LIGHT, share)


def brightness(colour: RGB) -> float:
    """Return the relative luminance of a colour without gamma, 0 to 1 (weights of ITU-R BT.709)."""
    return (0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]) / 255
