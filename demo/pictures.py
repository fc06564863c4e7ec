"""Product pictures: SVG templates with the product's colours put in, drawn by libvips."""

import logging
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pyvips
from django.template import Context, Engine

from demo.colours import SHADE, darker, mix
from demo.shading import shade

FOLDER = Path(__file__).with_name("drawings")
SIDE = 640
WEBP_QUALITY = 84
# Of 0 to 6: two steps below the usual choice halves the time for two per cent more bytes.
WEBP_EFFORT = 2
# Files whose name begins with an underscore are parts of drawings.
DRAWINGS = frozenset(path.stem for path in FOLDER.glob("[!_]*.svg"))
_NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
_STYLE_SHEET = ".line { fill: none; stroke-linecap: round; stroke-linejoin: round }"
# It reports each of its threads.
logging.getLogger("pyvips").setLevel(logging.WARNING)
_templates = Engine(dirs=[str(FOLDER)], builtins=["demo.colours"])


@dataclass(frozen=True)
class Look:
    """How one product is to look: its colour, a second one and the wall's as #rrggbb, the style's name, the model."""

    main: str
    accent: str
    wall: str
    style: str = "natural"
    model: int = 0


def illustrate(drawing: str, look: Look) -> bytes:
    """Return the picture of a product as WebP, 640 x 640; KeyError for an unknown drawing."""
    if drawing not in DRAWINGS:
        raise KeyError(drawing)
    picture = pyvips.Image.svgload_buffer(compose(drawing, look), scale=SIDE / 1000)
    return bytes(picture.flatten().webpsave_buffer(Q=WEBP_QUALITY, effort=WEBP_EFFORT))


def compose(drawing: str, look: Look) -> bytes:
    """Return the picture as a complete SVG document."""
    colours = {"main": look.main, "accent": look.accent, "wall": look.wall}
    # The shadow of anything on the table or the wall.
    colours["shadow"] = mix(darker(look.wall, 70), SHADE, 25)
    choices = {look.style: True, f"model_{look.model + 1}": True}
    text = _templates.get_template(f"{drawing}.svg").render(Context({**colours, **choices}))
    # Without the namespace, so that tags are plain names until the document is written.
    document = ElementTree.fromstring(text.replace(_NAMESPACE, "", 1))  # noqa: S314 our own file
    shade(document)
    ElementTree.SubElement(document, "style").text = _STYLE_SHEET
    return ElementTree.tostring(document).replace(b"<svg", f"<svg {_NAMESPACE}".encode(), 1)
