"""What stands behind and under a product. Each style has its own: an arch, a plain wall, a sun."""

from dataclasses import dataclass
from functools import lru_cache

from shop.demo.illustrations.canvas import UNITS, Canvas
from shop.demo.illustrations.colours import RGB, SHADE, darker, lighter, mix
from shop.demo.illustrations.shapes import Shape, box, ellipse, moved

HORIZON = 716
FLOOR = 806


@dataclass(frozen=True)
class Look:
    """How one product is to look: its colour, a second one, the wall's; `style` and `model` pick details."""

    main: RGB
    accent: RGB
    wall: RGB
    style: str = "natural"
    model: int = 0


def room(canvas: Canvas, look: Look) -> None:
    """Paint a wall and a table for something that stands on FLOOR."""
    canvas.begin_with(_room(look.wall, look.style))


def flat_lay(canvas: Canvas, look: Look) -> None:
    """Paint a surface seen from above, for something that lies or floats."""
    canvas.begin_with(_surface(look.wall, look.style))


# Products are drawn colour by colour, so a few of these large pictures are enough.
@lru_cache(maxsize=4)
def _room(wall: RGB, style: str) -> Canvas:
    canvas = Canvas(wall)
    tone = lighter(wall, 0.42)
    if style == "natural":
        canvas.fill(ellipse(500, 430, 300), tone)
        canvas.fill(box(200, 430, 800, HORIZON), tone)
    elif style == "minimal":
        canvas.fill(box(0, 0, 640, HORIZON), lighter(wall, 0.3))
    else:
        canvas.fill(ellipse(560, 400, 290), tone)
    _daylight(canvas, wall)
    canvas.fill(box(0, HORIZON, UNITS, UNITS), darker(wall, 0.085))
    canvas.fill(box(0, HORIZON, UNITS, HORIZON + 5), lighter(wall, 0.35))
    canvas.glow(box(-200, 930, 1200, 1100), darker(wall, 0.35), 0.22, 60)
    return canvas


@lru_cache(maxsize=4)
def _surface(wall: RGB, style: str) -> Canvas:
    canvas = Canvas(wall)
    tone = lighter(wall, 0.42)
    if style == "natural":
        canvas.fill(ellipse(500, 500, 405), tone)
    elif style == "minimal":
        canvas.fill(box(110, 110, 890, 890, 28), tone)
    else:
        canvas.fill(ellipse(520, 480, 360), tone)
    _daylight(canvas, wall)
    return canvas


def _daylight(canvas: Canvas, wall: RGB) -> None:
    canvas.glow(ellipse(120, 60, 420, 300), mix(wall, (255, 252, 240), 0.8), 0.35, 120)


def ground_shadow(canvas: Canvas, look: Look, x: float, across: float, *, y: float = FLOOR, tall: float = 1.0) -> None:
    """Lay the soft shadow of something that stands at (x, y), `across` its half width on the table."""
    dark = mix(darker(look.wall, 0.7), SHADE, 0.25)
    canvas.glow(ellipse(x + across * (0.24 + 0.2 * tall), y + 6, across * (1.06 + 0.2 * tall), 26), dark, 0.34, 16)
    canvas.glow(ellipse(x + 6, y + 2, across * 0.98, 13), dark, 0.55, 6)


def drop_shadow(canvas: Canvas, look: Look, shape: Shape, *, height: float = 1.0) -> None:
    """Lay the shadow of something flat that lies on the surface; `height` is how far it rises, 1 as a book does."""
    dark = mix(darker(look.wall, 0.7), SHADE, 0.25)
    canvas.glow(moved(shape, 16 * height, 24 * height), dark, 0.34, 15 * height)
    canvas.glow(moved(shape, 5, 7), dark, 0.3, 4)
