"""Lit bodies and soft shadows, made of plain SVG shapes: SVG's own filters take ten times as long to draw.

Drawings mark an element with one of these classes:

- `solid`: a lit body, darker to the right, with a crisp shaded edge there and a lit one at the left.
  `data-edge` is the width of the shaded edge (16), `data-round` the strength of the soft shade from 0 (flat board) to
  1 (cylinder) (0.5), `data-glint` the strength of the lit edge (1).
- `soft`: a shape or line blurred as by a Gaussian blur; `data-blur` is its standard deviation in units.
- `shadow`: the shadow of something flat on the surface; `data-height` is how far that rises, 1 as a book does (1).

Each element with an id may be used as a clip path: `url(#in-ID)`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import hypot
from statistics import NormalDist
from xml.etree.ElementTree import Element, SubElement

from demo.colours import LIGHT, SHADE

LAYERS = 10
# How far from its middle the layers of a blurred edge lie, in standard deviations, the outermost first.
_SPREAD = [-NormalDist().inv_cdf((layer + 0.5) / LAYERS) for layer in range(LAYERS)]
_GEOMETRY = ("d", "cx", "cy", "r", "rx", "ry", "x", "y", "width", "height")
_EVERYWHERE = "M-999,-999H1999V1999H-999Z"
_POINT = re.compile(r"(-?[\d.]+),(-?[\d.]+)")
# Over a round body: light from the left, shade to the right. Offset, colour and opacity.
_ROUND = (
    *((0, LIGHT, 0), (0.06, LIGHT, 0.05), (0.12, LIGHT, 0.13), (0.245, LIGHT, 0.35), (0.35, "#c2b9b8", 0.186)),
    *((0.43, "#7f7379", 0.088), (0.5, SHADE, 0.06), (0.6, SHADE, 0.104), (0.7, SHADE, 0.154), (0.8, SHADE, 0.211)),
    *((0.9, SHADE, 0.274), (1, SHADE, 0.341)),
)


def shade(drawing: Element) -> None:
    """Replace the marked elements of an SVG document by plain shapes, in place."""
    by_id = {f"#{element.get('id')}": element for element in drawing.iter() if element.get("id")}
    definitions = Element("defs")
    gradient = SubElement(definitions, "linearGradient", id="round")
    for offset, colour, opacity in _ROUND:
        stop = {"offset": offset, "stop-color": colour, "stop-opacity": opacity}
        SubElement(gradient, "stop", _texts(stop))
    for name, element in by_id.items():
        _copy(SubElement(definitions, "clipPath", id=f"in-{name[1:]}"), element)
    _replace(drawing, by_id, definitions)
    drawing.insert(0, definitions)


def _replace(parent: Element, by_id: dict[str, Element], definitions: Element) -> None:
    for at, child in enumerate(parent):
        paint = _PAINTERS.get(child.get("class", ""))
        if paint is None:
            _replace(child, by_id, definitions)
        else:
            parent[at] = paint(child, by_id.get(child.get("href", ""), child), definitions)


def _solid(element: Element, _: Element, definitions: Element) -> Element:
    body = Element("g")
    _copy(body, element, fill=element.get("fill"))
    if roundness := float(element.get("data-round", 0.5)):
        _copy(body, element, fill="url(#round)", fill_opacity=roundness)
    if edge := float(element.get("data-edge", 16)):
        name = f"body-{len(definitions)}"
        _copy(SubElement(definitions, "clipPath", id=name), element)
        edges = SubElement(body, "g", {"clip-path": f"url(#{name})", "fill-rule": "evenodd"})
        # What the outline leaves free when it is moved a little is a crescent along one side.
        all_but = _EVERYWHERE + _outline(element)
        glint = float(element.get("data-glint", 1))
        _path(edges, all_but, -edge, -edge / 3, fill=SHADE, fill_opacity=0.24)
        _path(edges, all_but, edge / 3, edge / 4, fill=LIGHT, fill_opacity=0.56 * glint)
    return body


def _soft(element: Element, _: Element, __: Element) -> Element:
    """Lay copies over each other whose sizes differ as the distances of a Gaussian blur do."""
    layers = Element("g", {"clip-path": element.get("clip-path", "none")})
    blur, opacity = float(element.get("data-blur", 0)), float(element.get("opacity", 1))
    for distance, part in _layers(_SPREAD, opacity):
        _grown(layers, element, distance * blur, part)
    return layers


def _shadow(element: Element, shape: Element, _: Element) -> Element:
    """Lay a wide and a narrow shadow to the right and below.

    An outline cannot shrink, so the inner half of the blur is made of copies that lie nearer to the shape.
    """
    layers, colour, outline = Element("g"), element.get("fill"), _outline(shape)
    height = float(element.get("data-height", 1))
    for right, down, blur, opacity in ((16 * height, 24 * height, 15 * height, 0.34), (5, 7, 4, 0.3)):
        outer = _SPREAD[: LAYERS // 2]
        for distance, part in _layers(outer, opacity / 2):
            line = {"stroke": colour, "stroke_width": 2 * distance * blur, "stroke_opacity": part}
            _path(layers, outline, right, down, fill="none", **line)
        for distance, part in _layers(outer, opacity):
            near = max(0.0, 1 - distance * blur / hypot(right, down))
            _path(layers, outline, right * near, down * near, fill=colour, fill_opacity=part)
    return layers


_PAINTERS: dict[str, Callable[[Element, Element, Element], Element]] = {
    "solid": _solid,
    "soft": _soft,
    "shadow": _shadow,
}


def _layers(distances: Sequence[float], opacity: float) -> Iterator[tuple[float, float]]:
    """Yield each distance with the opacity of its layer: laid over each other they add up evenly to `opacity`."""
    each = opacity / len(distances)
    for at, distance in enumerate(distances):
        yield distance, each / (1 - at * each)


def _grown(parent: Element, element: Element, by: float, opacity: float) -> None:
    """Add a copy that reaches further by so many units on all sides; none when nothing is left of it."""
    size = {name: float(element.get(name, 0)) for name in _GEOMETRY[1:]}
    if width := float(element.get("stroke-width", 0)):
        if width + 2 * by > 0:
            line = {"stroke": element.get("stroke"), "stroke_width": width + 2 * by, "stroke_opacity": opacity}
            _copy(parent, element, **{"class": "line"}, **line)
    elif element.tag == "ellipse":
        if min(size["rx"], size["ry"]) + by > 0:
            grown = {"rx": size["rx"] + by, "ry": size["ry"] + by}
            _copy(parent, element, fill=element.get("fill"), fill_opacity=opacity, **grown)
    else:
        left, top, right, bottom = _bounds(_outline(element))
        across, down = (max(0.0, 1 + 2 * by / max(1.0, side)) for side in (right - left, bottom - top))
        x, y = (left + right) / 2, (top + bottom) / 2
        place = f"matrix({across} 0 0 {down} {x - across * x} {y - down * y})"
        _copy(parent, element, fill=element.get("fill"), fill_opacity=opacity, transform=place)


def _bounds(outline: str) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a path's points."""
    points = [(float(x), float(y)) for x, y in _POINT.findall(outline)]
    across, down = zip(*points, strict=True)
    return min(across), min(down), max(across), max(down)


def _outline(element: Element) -> str:
    """Return the path data of a path, ellipse or rectangle."""
    if element.tag == "path":
        return element.get("d", "")
    size = {name: float(element.get(name, 0)) for name in _GEOMETRY[1:]}
    if element.tag == "ellipse":
        x, y, rx, ry = size["cx"], size["cy"], size["rx"], size["ry"]
        arc = f"A{rx} {ry} 0 0 1 "
        return f"M{x - rx},{y}{arc}{x},{y - ry}{arc}{x + rx},{y}{arc}{x},{y + ry}{arc}{x - rx},{y}Z"
    left, top, r = size["x"], size["y"], min(size["rx"], size["width"] / 2, size["height"] / 2)
    right, bottom, arc = left + size["width"], top + size["height"], f"A{r} {r} 0 0 1 "
    return (
        f"M{left + r},{top}L{right - r},{top}{arc}{right},{top + r}L{right},{bottom - r}{arc}{right - r},{bottom}"
        f"L{left + r},{bottom}{arc}{left},{bottom - r}L{left},{top + r}{arc}{left + r},{top}Z"
    )


def _path(parent: Element, outline: str, right: float, down: float, **attributes: object) -> None:
    attributes["transform"] = f"translate({right} {down})"
    SubElement(parent, "path", _texts({"d": outline, **attributes}))


def _copy(parent: Element, element: Element, **attributes: object) -> None:
    """Add an element of the same shape with other attributes."""
    shape = {name: value for name in _GEOMETRY if (value := element.get(name)) is not None}
    SubElement(parent, element.tag, _texts({**shape, **attributes}))


def _texts(attributes: Mapping[str, object]) -> dict[str, str]:
    return {name.replace("_", "-"): str(value) for name, value in attributes.items() if value is not None}
