"""Brushes, paint boxes, palettes."""

from functools import partial

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import BRASS, OAK, RGB, RUBBER, STEEL, WHITE, darker, mix
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay
from shop.demo.illustrations.shapes import box, ellipse, knots, polygon, ribbon, smooth, turned

PAPER: RGB = (250, 246, 236)
HAIR: RGB = (176, 124, 82)
PAINTS: tuple[RGB, ...] = (
    (222, 84, 66),
    (240, 160, 70),
    (244, 206, 92),
    (112, 166, 96),
    (64, 140, 150),
    (66, 98, 170),
    (126, 78, 140),
    (92, 62, 52),
)


def brushes(canvas: Canvas, look: Look) -> None:
    """Three brushes fanned out, the middle one with paint on it; over a stroke of paint in the second model."""
    flat_lay(canvas, look)
    if look.model == 1:
        swash = smooth([(150, 640), (330, 560), (520, 650), (700, 560), (860, 620)], closed=False)
        canvas.tint(ribbon(swash, 190, 120), look.main, 0.4)
        wet = smooth([(190, 650), (340, 590), (520, 680), (690, 590)], closed=False)
        canvas.tint(ribbon(wet, 70, 30), look.main, 0.35)
    for x, degrees, width in ((440, -15, 46), (560, 19, 40)):
        _brush(canvas, look, x, degrees, width, flat=False)
    _brush(canvas, look, 500, 2, 66, flat=True)


def _brush(canvas: Canvas, look: Look, x: float, degrees: float, width: float, *, flat: bool) -> None:
    placed = partial(turned, degrees=degrees, x=500, y=900)
    thin, belly = width * 0.3, width * 0.42
    handle = placed(
        smooth([(x - thin, 480), (x + thin, 480), (x + belly, 620), (x + 11, 860), (x - 11, 860), (x - belly, 620)])
    )
    if flat:
        hair = polygon([(x - 37, 340), (x - 39, 190), (x + 39, 170), (x + 37, 340)], 10)
    else:
        wide = width * 0.52
        hair = smooth([(x - belly, 340), (x - wide, 260), (x, 150), (x + wide, 260), (x + belly, 340)])
    hair = placed(hair)
    for shape in (handle, hair):
        drop_shadow(canvas, look, shape, height=0.8)
    canvas.solid(hair, HAIR, edge=8, roundness=0.4)
    canvas.tint(
        placed(box(x - 60, 100, x + 60, 262)), look.main if flat else mix(look.main, look.accent, 0.5), inside=hair
    )
    wood = {"natural": OAK, "minimal": RUBBER}.get(look.style, look.accent)
    canvas.solid(handle, darker(look.main, 0.1) if flat else wood, edge=9, roundness=0.5)
    ferrule = polygon([(x - width / 2, 330), (x + width / 2, 330), (x + width * 0.32, 500), (x - width * 0.32, 500)], 4)
    canvas.solid(placed(ferrule), BRASS if look.style == "natural" else STEEL, edge=8, roundness=0.7)


def paints(canvas: Canvas, look: Look) -> None:
    """A tin of watercolours, or a palette with a brush."""
    flat_lay(canvas, look)
    if look.model == 0:
        _tin(canvas, look)
    else:
        _palette(canvas, look)


def _tin(canvas: Canvas, look: Look) -> None:
    lid, tray = box(170, 170, 830, 480, 36), box(170, 470, 830, 800, 36)
    for shape in (lid, tray):
        drop_shadow(canvas, look, shape, height=1.3)
    canvas.solid(lid, look.main, edge=14, roundness=0.15)
    canvas.solid(box(196, 196, 804, 456, 24), PAPER, edge=8, roundness=0.05)
    blot = smooth(knots("-56,0 -20,-50 40,-42 66,6 24,48 -36,42"))
    for x, y, tone in ((330, 320, PAINTS[0]), (470, 350, PAINTS[4]), (640, 300, PAINTS[2])):
        canvas.tint(blot + (x, y), tone, 0.55)
        canvas.tint(ellipse(x + 8, y, 26, 20), tone, 0.5)
    canvas.solid(tray, look.main, edge=14, roundness=0.15)
    canvas.fill(box(192, 492, 808, 778, 22), darker(look.main, 0.35))
    for at, tone in enumerate(PAINTS):
        x, y = 208 + (at % 4) * 150, 506 + (at // 4) * 136
        canvas.solid(box(x, y, x + 134, y + 122, 12), WHITE, edge=5, roundness=0)
        canvas.solid(box(x + 12, y + 12, x + 122, y + 110, 10), tone, edge=9, roundness=0.2)


def _palette(canvas: Canvas, look: Look) -> None:
    outline = "180,520 220,320 400,200 620,210 800,340 830,540 740,640 620,620 560,680 590,780 480,820 290,740"
    palette = smooth(knots(outline))
    drop_shadow(canvas, look, palette, height=1.2)
    canvas.solid(palette, look.main, edge=18, roundness=0.2)
    canvas.fill(ellipse(480, 700, 46, 36), darker(look.wall, 0.2))
    blob = smooth([(-50, 4), (-14, -44), (40, -30), (50, 16), (8, 44)])
    places = knots("300,560 300,430 390,320 520,280 650,320 730,420 750,530")
    for place, tone in zip(places, PAINTS[: len(places)], strict=True):
        canvas.solid(blob + place, tone, edge=10, roundness=0.3)
        canvas.tint(ellipse(place[0] - 14, place[1] - 14, 12, 8), WHITE, 0.6)
    brush = ribbon([(430, 560), (900, 880)], 26, 12)
    drop_shadow(canvas, look, brush)
    canvas.solid(brush, look.accent, edge=6, roundness=0.2)
    canvas.solid(ribbon([(400, 540), (480, 594)], 30), STEEL, edge=6, roundness=0.2)
    canvas.solid(smooth([(330, 490), (370, 500), (412, 534), (396, 560), (356, 534)]), PAINTS[4], edge=6, roundness=0.2)
