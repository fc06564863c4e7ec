"""House plants and cacti in their pots."""

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import LEAF, RGB, SOIL, WALNUT, darker, lighter, mix
from shop.demo.illustrations.scenery import Look, ground_shadow, room
from shop.demo.illustrations.shapes import Pairs, arc, box, ellipse, lathe, leaf, moved, polygon, ribbon, smooth, turned

CACTUS: RGB = (104, 150, 104)
BLOOM: RGB = (232, 120, 132)
SPINE: RGB = (250, 240, 208)
LEAF_EDGE: RGB = (204, 196, 124)
# Where a blade grows, its length, its lean, and how far it stands back (below 0: in front).
BLADES = (
    (440, 330, -20, 0.3),
    (560, 350, 21, 0.3),
    (465, 420, -10, 0.12),
    (538, 410, 11, 0.15),
    (500, 470, 0, 0.0),
    (482, 300, -4, -0.1),
    (520, 280, 6, -0.1),
)
# Where a broad leaf leaves the stem, its length, its lean; back to front.
LEAVES = (
    (490, 520, 215, -72),
    (510, 500, 215, 74),
    (491, 415, 205, -56),
    (509, 395, 205, 58),
    (493, 315, 190, -38),
    (507, 295, 188, 40),
    (500, 262, 178, 4),
)


def houseplant(canvas: Canvas, look: Look) -> None:
    """A snake plant (first model), or a rubber plant with broad leaves."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 150)
    _planter(canvas, look, 560, 158)
    if look.model == 0:
        for x, length, degrees, depth in BLADES:
            tone = darker(LEAF, depth) if depth >= 0 else lighter(LEAF, -depth)
            _blade(canvas, x, length, degrees, tone)
        return
    canvas.line(smooth([(500, 566), (494, 420), (504, 240)], closed=False), WALNUT, 13)
    for number, (x, y, length, degrees) in enumerate(LEAVES):
        tone = mix(LEAF, (52, 96, 72), 0.75 - number * 0.1)
        broad = leaf(x, y, length, 128, degrees, widest=0.52)
        canvas.glow(moved(broad, 8, 14), darker(tone, 0.7), 0.22, 9)
        canvas.solid(broad, tone, edge=14, roundness=0.3)
        rib = turned(box(x - 2.5, y - length * 0.9, x + 2.5, y), degrees, x, y)
        canvas.tint(rib, lighter(tone, 0.4), 0.8)


def _blade(canvas: Canvas, x: float, length: float, degrees: float, tone: RGB) -> None:
    shape = leaf(x, 566, length, 84, degrees, widest=0.42)
    canvas.solid(shape, LEAF_EDGE, edge=0, roundness=0)
    canvas.solid(leaf(x, 564, length - 10, 64, degrees, widest=0.42), tone, edge=11, roundness=0.35)
    for at in range(1, 7):
        y = 556 - length * 0.13 * at
        mark = polygon([(x - 30, y), (x, y - 9), (x + 30, y), (x, y + 5)])
        canvas.tint(turned(mark, degrees, x, 566), lighter(tone, 0.3), 0.5, inside=shape)


def cactus(canvas: Canvas, look: Look) -> None:
    """A saguaro with two arms, or a round cactus in flower."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 130)
    if look.model == 0:
        _saguaro(canvas, look)
    else:
        _barrel_cactus(canvas, look)


def _saguaro(canvas: Canvas, look: Look) -> None:
    _planter(canvas, look, 600, 140)
    canvas.solid(ribbon([(500, 544), (500, 400), (500, 250)], 132), CACTUS, edge=18, roundness=0.6)
    for arm in (
        [(450, 500), (370, 496), (338, 450), (338, 370)],
        [(550, 430), (630, 424), (662, 380), (662, 290)],
    ):
        canvas.solid(ribbon(smooth(arm, closed=False), 74), CACTUS, edge=12, roundness=0.4)
    for x in (458, 500, 542):
        canvas.tint(ribbon([(x, 580), (x, 250)], 5), darker(CACTUS, 0.4), 0.6)
    _spines(canvas, [(x, y) for y in range(230, 580, 52) for x in (478, 522)])
    _bloom(canvas, 500, 186, 0.9)


def _barrel_cactus(canvas: Canvas, look: Look) -> None:
    _planter(canvas, look, 610, 168)
    ball = ellipse(500, 470, 186, 172)
    canvas.solid(ball, CACTUS, edge=20, roundness=0.6)
    for at, across in enumerate((186, 132, 68)):
        for start in (90, 270):
            rib = ribbon(arc(500, 470, across, 172, start, start + 180), 6)
            canvas.tint(rib, darker(CACTUS, 0.4 - 0.06 * at), 0.55, inside=ball)
    _spines(canvas, [(500 + across, 470 + down) for across in (-95, -34, 34, 95) for down in (-90, -30, 30, 90)])
    _bloom(canvas, 500, 296, 1.4)
    # The ball is wider than the soil: the front of the pot's collar comes over it again.
    for foot, edge in ((612, 0), (652, 12)):
        collar = lathe(500, [(602, 180), (foot, 178)], base=24, soft=False)
        canvas.solid(collar, lighter(look.main, 0.08), edge=edge, roundness=0.9)


def _planter(canvas: Canvas, look: Look, top: float, across: float) -> None:
    """Draw a pot of earth that stands on the table; two-tone in the second model."""
    foot, middle = (786, across * 0.74), (690, across * 0.83)
    canvas.solid(lathe(500, [(top, across), foot], base=18, soft=False), look.main, edge=18, roundness=0.9)
    if look.model == 1:
        canvas.solid(lathe(500, [middle, foot], base=18, soft=False), look.accent, edge=16, roundness=0.9)
        canvas.solid(lathe(500, [(top, across), middle], base=20, soft=False), look.main, edge=18, roundness=0.9)
    collar = lathe(500, [(top - 8, across + 12), (top + 44, across + 8)], base=24, soft=False)
    canvas.solid(collar, lighter(look.main, 0.08), edge=12, roundness=0.9)
    canvas.fill(ellipse(500, top - 8, across + 12, 34), lighter(look.main, 0.4))
    canvas.fill(ellipse(500, top - 6, across - 4, 25), SOIL)
    canvas.tint(ellipse(480, top - 2, across * 0.6, 12), lighter(SOIL, 0.16), 0.7)


def _spines(canvas: Canvas, places: Pairs) -> None:
    for x, y in places:
        for degrees in (-40, 0, 40):
            canvas.tint(turned(box(x - 1.7, y - 15, x + 1.7, y), degrees, x, y), SPINE, 0.9)


def _bloom(canvas: Canvas, x: float, y: float, size: float) -> None:
    for degrees in range(-80, 81, 40):
        petal = leaf(x, y + 12 * size, 62 * size, 34 * size, degrees)
        canvas.solid(petal, lighter(BLOOM, 0.1 + abs(degrees) / 400), edge=5, roundness=0.2)
    canvas.solid(ellipse(x, y + 4 * size, 14 * size), (248, 206, 100), edge=3, roundness=0.3)
