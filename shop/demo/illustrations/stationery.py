"""Notebooks, pencils, fountain pens."""

from functools import partial

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import (
    BRASS,
    INK,
    RGB,
    STEEL,
    WHITE,
    darker,
    lighter,
    mix,
)
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import Shape, arc, box, ellipse, lathe, moved, polygon, ribbon, smooth, turned

PAPER: RGB = (250, 246, 236)
ORANGE: RGB = (240, 160, 70)
PETROL: RGB = (64, 140, 150)


def notebook(canvas: Canvas, look: Look) -> None:
    """A bound notebook with an elastic band, or a spiral-bound one with a label."""
    flat_lay(canvas, look)

    placed = partial(turned, degrees=-9)

    cover = placed(box(270, 190, 730, 810, 30))
    drop_shadow(canvas, look, cover, height=1.5)
    canvas.solid(placed(box(282, 200, 742, 820, 28)), darker(look.main, 0.3), edge=6, roundness=0)
    canvas.solid(placed(box(282, 196, 736, 812, 24)), PAPER, edge=8, roundness=0)
    canvas.solid(cover, look.main, edge=14, roundness=0.22)
    if look.model == 0:
        canvas.tint(placed(box(270, 190, 330, 810)), darker(look.main, 0.3), 0.8, inside=cover)
        canvas.solid(placed(box(644, 188, 668, 813)), look.accent, edge=5, roundness=0.1)
        canvas.fill(placed(polygon([(430, 808), (456, 808), (456, 890), (443, 872), (430, 890)])), look.accent)
        canvas.tint(placed(ellipse(490, 400, 64)), look.accent, 0.95)
        canvas.tint(placed(box(426, 400, 554, 470)), look.main, 1)
        canvas.tint(placed(box(420, 412, 560, 420, 4)), look.accent, 0.95)
        canvas.tint(placed(box(448, 436, 532, 443, 3)), look.accent, 0.95)
        return
    canvas.solid(placed(box(390, 300, 660, 440, 10)), PAPER, edge=6, roundness=0)
    canvas.fill(placed(box(426, 350, 624, 358, 4)), INK)
    canvas.fill(placed(box(426, 384, 560, 391, 3)), mix(INK, PAPER, 0.5))
    for number in range(14):
        y = 222 + number * 42.5
        canvas.fill(placed(ellipse(304, y + 6, 10)), darker(look.main, 0.6))
        canvas.solid(placed(ribbon(arc(274, y, 36, 14, 150, 380), 9)), STEEL, edge=3, roundness=0.1)


def pencils(canvas: Canvas, look: Look) -> None:
    """A cup of pencils, or a row of coloured ones."""
    if look.model == 0:
        _pencil_cup(canvas, look)
    else:
        _coloured_pencils(canvas, look)


def _pencil_cup(canvas: Canvas, look: Look) -> None:
    room(canvas, look)
    ground_shadow(canvas, look, 500, 150)
    dark = mix(look.main, INK, 0.35)
    _pencil(canvas, 420, 250, 640, -13, look.accent)
    _pencil(canvas, 470, 190, 640, -5, PETROL, eraser=True)
    _pencil(canvas, 520, 230, 640, 2, look.main)
    _pencil(canvas, 570, 200, 640, 9, ORANGE, eraser=True)
    _pencil(canvas, 600, 290, 640, 17, dark)
    canvas.fill(ellipse(500, 512, 148, 34), darker(look.main, 0.45))
    _pencil(canvas, 450, 280, 620, -9, look.main, eraser=True)
    _pencil(canvas, 550, 262, 620, 12, look.accent)
    canvas.solid(lathe(500, [(512, 148), (790, 142)], base=20, soft=False), look.main, edge=18, roundness=0.9)
    canvas.tint(ribbon(arc(500, 512, 146, 32, 2, 178), 9), lighter(look.main, 0.45))
    band = lathe(500, [(640, 145), (690, 144)], base=20, soft=False)
    canvas.solid(band, look.accent, edge=0, roundness=0.9)


def _coloured_pencils(canvas: Canvas, look: Look) -> None:
    flat_lay(canvas, look)
    tones = (look.main, lighter(look.main, 0.3), look.accent, ORANGE, PETROL, darker(look.main, 0.3))
    for at, tone in enumerate(tones):
        x, top = 270 + at * 92, 210 + (at % 2) * 36
        drop_shadow(canvas, look, turned(box(x - 30, top + 40, x + 30, 790, 8), 12), height=0.8)
        _pencil(canvas, x, top, 790, 12, tone, width=62, centre=(500, 500))


def _pencil(
    canvas: Canvas,
    x: float,
    top: float,
    bottom: float,
    degrees: float,
    tone: RGB,
    *,
    width: float = 46,
    eraser: bool = False,
    centre: tuple[float, float] | None = None,
) -> None:
    about = centre or (x, bottom)

    placed = partial(turned, degrees=degrees, x=about[0], y=about[1])

    half, neck = width / 2, top + width * 1.6
    if eraser:
        canvas.solid(placed(box(x - half, top + 6, x + half, top + 60, 12)), (226, 132, 124), edge=6, roundness=0.6)
        canvas.solid(placed(box(x - half, top + 44, x + half, top + 80)), BRASS, edge=6, roundness=0.7)
        neck = top + 78
    else:
        canvas.solid(
            placed(polygon([(x, top), (x + half, neck), (x - half, neck)], 3)), (232, 200, 154), edge=5, roundness=0.4
        )
        canvas.fill(
            placed(
                polygon([(x, top), (x + half * 0.34, top + width * 0.55), (x - half * 0.34, top + width * 0.55)], 2)
            ),
            darker(tone, 0.15),
        )
    canvas.fill(placed(box(x - half, neck - 2, x + half, bottom)), tone)
    canvas.fill(placed(box(x - half, neck - 2, x - half * 0.36, bottom)), lighter(tone, 0.25))
    canvas.fill(placed(box(x + half * 0.4, neck - 2, x + half, bottom)), darker(tone, 0.22))


def pen(canvas: Canvas, look: Look) -> None:
    """A fountain pen and its cap; the second model comes with a bottle of ink."""
    flat_lay(canvas, look)
    shift = (0, 0) if look.model == 0 else (-70, 60)
    metal = BRASS if look.style != "minimal" else STEEL

    def placed(shape: Shape, right: float = 0, down: float = 0) -> Shape:
        return moved(turned(shape, 40), shift[0] + right, shift[1] + down)

    barrel = smooth([(464, 380), (536, 380), (544, 560), (536, 760), (520, 830), (480, 830), (464, 760), (456, 560)])
    cap = smooth([(462, 470), (538, 470), (544, 640), (536, 780), (516, 812), (484, 812), (464, 780), (456, 640)])
    nib = smooth([(500, 176), (520, 240), (530, 300), (500, 330), (470, 300), (480, 240)])
    if look.model == 1:
        _ink_bottle(canvas, look)
    for shape in (placed(barrel), placed(cap, 130, 60), placed(nib)):
        drop_shadow(canvas, look, shape, height=0.9)
    canvas.solid(placed(nib), metal, edge=8, roundness=0.3)
    canvas.fill(placed(box(498, 190, 502, 270)), darker(metal, 0.6))
    canvas.fill(placed(ellipse(500, 274, 7)), darker(metal, 0.6))
    canvas.solid(
        placed(polygon([(474, 296), (526, 296), (536, 400), (464, 400)], 8)),
        darker(look.main, 0.45),
        edge=9,
        roundness=0.5,
    )
    canvas.solid(placed(barrel), look.main, edge=14, roundness=0.6)
    canvas.solid(placed(box(460, 386, 540, 406)), metal, edge=4, roundness=0.4)
    canvas.solid(placed(cap, 130, 60), look.main, edge=14, roundness=0.6)
    canvas.solid(placed(box(457, 486, 543, 512), 130, 60), metal, edge=4, roundness=0.4)
    canvas.solid(placed(box(512, 520, 530, 740, 9), 130, 60), metal, edge=5, roundness=0.3)


def _ink_bottle(canvas: Canvas, look: Look) -> None:
    glass = box(600, 560, 850, 800, 46)
    drop_shadow(canvas, look, glass, height=1.3)
    canvas.solid(glass, mix(look.main, INK, 0.5), edge=16, roundness=0.4)
    canvas.tint(box(626, 590, 650, 740, 12), WHITE, 0.4)
    canvas.solid(box(660, 486, 790, 572, 14), INK, edge=10, roundness=0.7)
    canvas.solid(box(656, 630, 796, 736, 8), PAPER, edge=5, roundness=0.1)
    canvas.fill(ellipse(726, 674, 22), look.main)
    canvas.fill(box(690, 708, 762, 715, 3), INK)
