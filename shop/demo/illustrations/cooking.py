"""Pans, casseroles, bowls, knives, chopping boards."""

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import (
    BRASS,
    LEAF,
    RGB,
    STEEL,
    WALNUT,
    WHITE,
    darker,
    lighter,
)
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import Shape, arc, box, ellipse, knots, lathe, leaf, polygon, ribbon, smooth, turned

BLADE: RGB = (203, 209, 213)
IRON: RGB = (66, 65, 70)


def pan(canvas: Canvas, look: Look) -> None:
    """A frying pan from above, its handle to the lower right; an egg in the second model."""
    flat_lay(canvas, look)
    handle = turned(polygon([(470, 640), (530, 640), (540, 960), (460, 960)], 30), -45, 500, 500)
    plate = ellipse(440, 440, 282)
    for shape in (handle, plate):
        drop_shadow(canvas, look, shape, height=1.3)
    canvas.solid(turned(box(474, 640, 526, 800, 10), -45), STEEL, edge=8, roundness=0.6)
    canvas.solid(handle, WALNUT if look.style == "natural" else darker(look.main, 0.25), edge=14, roundness=0.4)
    canvas.fill(turned(ellipse(500, 918, 13, 20), -45), darker(look.wall, 0.4))
    canvas.solid(plate, look.main, edge=16, roundness=0.35)
    canvas.solid(ellipse(440, 440, 250), IRON, edge=0, roundness=0.25)
    canvas.fill(ellipse(444, 446, 218), darker(IRON, 0.16))
    canvas.glow(ellipse(370, 350, 90, 50), lighter(IRON, 0.35), 0.5, 40, inside=ellipse(444, 446, 218))
    if look.model == 1:
        _egg(canvas)


def _egg(canvas: Canvas) -> None:
    white = smooth([(330, 440), (360, 360), (450, 340), (530, 380), (560, 460), (500, 540), (410, 545), (345, 510)])
    canvas.solid(white, (250, 246, 238), edge=10, roundness=0.15)
    canvas.solid(ellipse(452, 440, 62), (243, 178, 62), edge=12, roundness=0.4)
    canvas.tint(ellipse(434, 420, 18, 13), (255, 232, 170), 0.9)


def pot(canvas: Canvas, look: Look) -> None:
    """A cast-iron casserole with its lid."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 255, tall=0.5)
    tall = 0 if look.model == 0 else 70
    dark = darker(look.main, 0.16)
    for side in (-1, 1):
        loop = smooth(
            [(500 + side * 262, 566), (500 + side * 338, 568), (500 + side * 340, 618), (500 + side * 258, 624)]
        )
        canvas.solid(loop, dark, edge=10, roundness=0.3)
        canvas.fill(ellipse(500 + side * 303, 595, 20, 12), darker(look.wall, 0.2))
    canvas.solid(lathe(500, [(520 - tall, 270), (640, 270), (740, 256), (786, 216)], base=18), look.main, roundness=0.9)
    canvas.solid(lathe(500, [(506 - tall, 280), (530 - tall, 280)], base=26, soft=False), dark, edge=12, roundness=0.8)
    lid = lathe(500, [(412 - tall, 60), (432 - tall, 170), (470 - tall, 248), (506 - tall, 278)], base=24)
    canvas.solid(lid, lighter(look.main, 0.06), edge=14, roundness=0.85)
    metal = BRASS if look.style != "minimal" else STEEL
    canvas.solid(lathe(500, [(386 - tall, 16), (420 - tall, 22)], base=8, soft=False), darker(metal, 0.2), edge=5)
    canvas.solid(ellipse(500, 376 - tall, 52, 24), metal, edge=9, roundness=0.9)


def bowl(canvas: Canvas, look: Look) -> None:
    """A stack of bowls (first model), or one wide bowl with fruit."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 150)
    if look.model == 0:
        for number in (2, 1, 0):
            y = 470 + 76 * number
            tone = (look.main, look.accent, lighter(look.main, 0.25))[number]
            _one_bowl(canvas, tone, y, 238, y + 176, 118)
        return
    for x, y, size, tone in (
        (430, 520, 82, (222, 122, 74)),
        (580, 508, 88, (206, 84, 66)),
        (505, 478, 84, (232, 176, 72)),
    ):
        canvas.solid(ellipse(x, y, size), tone, edge=14, roundness=0.6)
        canvas.line([(x + 4, y - size + 8), (x + 12, y - size - 16)], WALNUT, 9)
    canvas.solid(leaf(520, 396, 70, 36, 70), LEAF, edge=6, roundness=0.2)
    _one_bowl(canvas, look.main, 560, 292, 790, 130, opened=False)


def _one_bowl(
    canvas: Canvas, tone: RGB, top: float, across: float, foot: float, narrow: float, *, opened: bool = True
) -> None:
    depth = foot - top
    profile = [
        (top, across),
        (top + depth * 0.4, across * 0.92),
        (top + depth * 0.78, across * 0.66),
        (foot - 10, narrow),
    ]
    if opened:
        canvas.fill(ellipse(500, top, across, 44), lighter(tone, 0.45))
        canvas.fill(ellipse(500, top + 4, across - 12, 35), darker(tone, 0.3))
    canvas.solid(
        lathe(500, [(foot - 16, narrow * 0.86), (foot, narrow * 0.82)], base=14),
        darker(tone, 0.2),
        edge=8,
        roundness=0.6,
    )
    canvas.solid(lathe(500, profile, base=14), tone, roundness=0.85)
    canvas.fill(ellipse(500, top, across, 42 if opened else 34), lighter(tone, 0.45) if opened else tone)
    if opened:
        canvas.fill(ellipse(500, top + 3, across - 12, 33), darker(tone, 0.26))
        canvas.tint(
            ellipse(520, top + 18, across - 50, 20),
            darker(tone, 0.1),
            0.8,
            inside=ellipse(500, top + 3, across - 12, 33),
        )
    else:
        canvas.tint(ribbon(arc(500, top, across - 6, 30, 4, 176), 12), lighter(tone, 0.45))


def knife(canvas: Canvas, look: Look) -> None:
    """A chef's knife lying aslant; the second model is a smaller pair."""
    flat_lay(canvas, look)
    if look.model == 0:
        _one_knife(canvas, look, 0, 0, 1.0)
    else:
        _one_knife(canvas, look, -80, -10, 0.92)
        _one_knife(canvas, look, 120, 60, 0.66)


def _one_knife(canvas: Canvas, look: Look, right: float, down: float, size: float) -> None:
    def placed(shape: Shape) -> Shape:
        return turned((shape - 500) * size + 500, 38) + (right, down)

    blade = smooth(
        knots("447,560 445,420 446,260 458,150 482,96 520,180 552,300 560,430 558,560"),
        closed=False,
    )
    handle = smooth(knots("452,575 548,575 540,660 545,760 560,860 535,895 470,888 456,780 460,680"))
    for shape in (blade, handle):
        drop_shadow(canvas, look, placed(shape), height=0.9)
    canvas.solid(placed(blade), BLADE, edge=0, roundness=0.2)
    canvas.tint(
        placed(polygon([(447, 560), (445, 420), (446, 260), (458, 150), (482, 96), (500, 250), (505, 560)])),
        (233, 237, 239),
        0.9,
        inside=placed(blade),
    )
    canvas.tint(placed(ribbon([(524, 190), (549, 300), (556, 430), (554, 560)], 9)), WHITE, 0.9, inside=placed(blade))
    canvas.solid(placed(box(446, 548, 558, 588, 8)), STEEL, edge=8, roundness=0.5)
    canvas.solid(placed(handle), look.main, edge=14, roundness=0.4)
    for y in (640, 720, 800):
        canvas.solid(placed(ellipse(502, y, 11)), BRASS if look.style == "natural" else STEEL, edge=3, roundness=0.3)


def board(canvas: Canvas, look: Look) -> None:
    """A chopping board with a handle, some leaves on it; the second model is round."""
    flat_lay(canvas, look)
    if look.model == 0:
        outline = turned(
            polygon(
                [(300, 330), (450, 330), (455, 130), (545, 130), (550, 330), (700, 330), (700, 860), (300, 860)], 46
            ),
            14,
        )
    else:
        disc = [(500 + 255 * x, 570 + 255 * y) for x, y in (ellipse(0, 0, 1, 1, -72, 252))]
        outline = turned(smooth([*disc[::4], (458, 250), (468, 160), (532, 160), (542, 250)]), 14)
    drop_shadow(canvas, look, outline, height=1.1)
    canvas.solid(outline, look.main, edge=18, roundness=0.25)
    for offset in (-150, -92, -28, 46, 96, 158):
        grain = smooth(
            [(500 + offset, 120), (510 + offset * 1.05, 420), (492 + offset * 0.98, 640), (504 + offset, 900)],
            closed=False,
        )
        canvas.tint(turned(ribbon(grain, 5), 14), darker(look.main, 0.3), 0.35, inside=outline)
    canvas.fill(turned(ellipse(500, 186, 22), 14), darker(look.wall, 0.32))
    for x, y, degrees in ((455, 690, -40), (470, 700, 10), (450, 705, -85)):
        canvas.glow(leaf(x + 8, y + 12, 130, 62, degrees), darker(look.main, 0.6), 0.4, 6)
        canvas.solid(leaf(x, y, 130, 62, degrees), LEAF, edge=9, roundness=0.2)
    for x, y in ((590, 560), (630, 640), (560, 610)):
        canvas.glow(ellipse(x + 8, y + 12, 34), darker(look.main, 0.6), 0.4, 6)
        canvas.solid(ellipse(x, y, 34), (212, 76, 62), edge=9, roundness=0.6)
        canvas.tint(ellipse(x - 11, y - 13, 9, 7), WHITE, 0.7)
