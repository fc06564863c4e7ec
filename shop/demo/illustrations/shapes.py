"""Outlines to draw with: closed polygons, float64 [n, 2] of (x, y) in canvas units, y downwards, 0 to 1000."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Shape = NDArray[np.float64]
Pairs = Sequence[tuple[float, float]] | Shape

POINTS_PER_CURVE = 14
POINTS_PER_CORNER = 10


def knots(text: str) -> Shape:
    """Return the points of a text like "10,20 30,40", for outlines that are too long to write as pairs."""
    return np.array([point.split(",") for point in text.split()], dtype=np.float64)


def polygon(points: Pairs, radius: float = 0.0) -> Shape:
    """Return the polygon through n points, its corners rounded by `radius` where the sides are long enough."""
    corners = np.asarray(points, dtype=np.float64)
    if radius <= 0:
        return corners
    before, after = np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0)
    return np.concatenate(
        [_rounded(p, a, b, radius) for p, a, b in zip(corners, before, after, strict=True)],
    )


def _rounded(corner: Shape, before: Shape, after: Shape, radius: float) -> Shape:
    to_before, to_after = before - corner, after - corner
    lengths = np.hypot(*to_before), np.hypot(*to_after)
    reach = min(radius, lengths[0] / 2, lengths[1] / 2)
    start, end = corner + to_before * reach / lengths[0], corner + to_after * reach / lengths[1]
    t = np.linspace(0, 1, POINTS_PER_CORNER)[:, None]
    # A cubic whose handles reach 55 % of the way to the corner is a circle's arc to within a thousandth.
    first, second = start + (corner - start) * 0.55, end + (corner - end) * 0.55
    return (1 - t) ** 3 * start + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end


def box(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> Shape:
    """Return an upright rectangle with rounded corners."""
    return polygon([(left, top), (right, top), (right, bottom), (left, bottom)], radius)


def ellipse(x: float, y: float, across: float, down: float | None = None, start: float = 0, end: float = 360) -> Shape:
    """Return an ellipse of radii `across` and `down` (a circle without `down`), or its arc from start to end.

    Degrees, clockwise on the screen, 0 at the right.
    """
    angles = np.radians(np.linspace(start, end, 73))
    return np.stack((x + across * np.cos(angles), y + (across if down is None else down) * np.sin(angles)), axis=1)


def smooth(points: Pairs, *, closed: bool = True) -> Shape:
    """Return the soft curve through n points (uniform Catmull-Rom spline)."""
    knots = np.asarray(points, dtype=np.float64)
    if closed:
        around = np.concatenate((knots[-1:], knots, knots[:2]))
    else:
        around = np.concatenate((2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]))
    t = np.linspace(0, 1, POINTS_PER_CURVE, endpoint=False)[:, None]
    pieces = []
    for p0, p1, p2, p3 in zip(around, around[1:], around[2:], around[3:], strict=False):
        slope, bend, twist = p2 - p0, 2 * p0 - 5 * p1 + 4 * p2 - p3, 3 * p1 - p0 - 3 * p2 + p3
        pieces.append(p1 + 0.5 * (slope * t + bend * t**2 + twist * t**3))
    return np.concatenate(pieces if closed else [*pieces, knots[-1:]])


def lathe(x: float, profile: Pairs, *, base: float = 0.0, soft: bool = True) -> Shape:
    """Return the outline of a turned body: `profile` is (y, half width) from top to bottom, around the axis `x`.

    `base` is how far the rounded foot bulges below the last y, as seen from slightly above.
    """
    right = np.asarray([(x + half, y) for y, half in profile], dtype=np.float64)
    right = smooth(right, closed=False) if soft else right
    left = right[::-1] * (-1, 1) + (2 * x, 0)
    y, half = profile[-1]
    foot = ellipse(x, y, half, base, 0, 180) if base else np.empty((0, 2))
    return np.concatenate((right, foot, left))


def ribbon(points: Pairs, width: float, end_width: float | None = None) -> Shape:
    """Return a band along a curve, with round ends; it runs from `width` to `end_width` (the same by default)."""
    middle = np.asarray(points, dtype=np.float64)
    along = np.gradient(middle, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    side = np.stack((-along[:, 1], along[:, 0]), axis=1)
    half = np.linspace(width, width if end_width is None else end_width, len(middle))[:, None] / 2
    turn = np.degrees(np.arctan2(*along[-1][::-1]))
    last = _cap(middle[-1], half[-1, 0], turn + 90)
    turn = np.degrees(np.arctan2(*along[0][::-1]))
    first = _cap(middle[0], half[0, 0], turn - 90)
    return np.concatenate((middle + side * half, last, (middle - side * half)[::-1], first))


def _cap(middle: Shape, radius: float, start: float) -> Shape:
    """Return the half circle that rounds off a band, counter-clockwise from `start` degrees."""
    return ellipse(float(middle[0]), float(middle[1]), float(radius), None, start, start - 180)


def arc(x: float, y: float, across: float, down: float, start: float, end: float) -> Shape:
    """Return an open arc for `ribbon` and `Canvas.line`; degrees as in `ellipse`."""
    return ellipse(x, y, across, down, start, end)


def turned(shape: Shape, degrees: float, x: float = 500.0, y: float = 500.0) -> Shape:
    """Return the shape turned clockwise around a point."""
    sine, cosine = np.sin(np.radians(degrees)), np.cos(np.radians(degrees))
    return (shape - (x, y)) @ np.array([[cosine, sine], [-sine, cosine]]) + (x, y)


def moved(shape: Shape, right: float, down: float) -> Shape:
    """Return the shape moved."""
    return shape + (right, down)


def kept(shape: Shape) -> Shape:
    """Return the shape as it is; for symmetric things, drawn once with `kept` and once with `mirrored`."""
    return shape


def mirrored(shape: Shape, x: float = 500.0) -> Shape:
    """Return the shape mirrored left to right around the axis `x`."""
    return shape * (-1, 1) + (2 * x, 0)


def leaf(x: float, y: float, length: float, width: float, degrees: float, *, widest: float = 0.45) -> Shape:
    """Return a pointed leaf growing from (x, y) towards `degrees` (0 is up, clockwise); `widest`: where, 0 to 1."""
    t = np.linspace(0, 1, 25)
    half = width / 2 * np.sin(np.pi * t ** (np.log(0.5) / np.log(widest))) ** 0.85
    right = np.stack((x + half, y - length * t), axis=1)
    left = np.stack((x - half, y - length * t), axis=1)[::-1]
    return turned(np.concatenate((right, left)), degrees, x, y)
