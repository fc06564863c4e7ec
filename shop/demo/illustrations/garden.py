"""Pots, watering cans, seeds, hand tools."""

from collections.abc import Callable
from functools import partial

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import BRASS, LEAF, STEEL, WHITE, darker, lighter, mix
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import (
    Shape,
    arc,
    box,
    ellipse,
    knots,
    lathe,
    leaf,
    moved,
    polygon,
    ribbon,
    smooth,
    turned,
)


def plant_pot(canvas: Canvas, look: Look) -> None:
    """A pot on its saucer, or a set of three."""
    room(canvas, look)
    if look.model == 0:
        ground_shadow(canvas, look, 500, 215)
        canvas.solid(
            lathe(500, [(758, 226), (792, 206)], base=22, soft=False), darker(look.main, 0.12), edge=12, roundness=0.9
        )
        canvas.fill(ellipse(500, 758, 226, 26), lighter(look.main, 0.2))
        body = lathe(500, [(400, 218), (756, 150)], base=18, soft=False)
        canvas.solid(body, look.main, edge=20, roundness=0.9)
        for x in range(-5, 6):
            tooth = polygon([(500 + x * 42 - 21, 560), (500 + x * 42, 612), (500 + x * 42 + 21, 560)], 3)
            canvas.tint(moved(tooth, 0, 20 - x * x * 1.2), look.accent, 0.95, inside=body)
        canvas.solid(
            lathe(500, [(376, 240), (450, 230)], base=34, soft=False), lighter(look.main, 0.08), edge=16, roundness=0.9
        )
        canvas.fill(ellipse(500, 376, 240, 48), lighter(look.main, 0.4))
        canvas.fill(ellipse(500, 379, 220, 38), darker(look.main, 0.45))
        return
    for x, top, across, tone in (
        (690, 470, 130, darker(look.main, 0.12)),
        (330, 360, 150, look.main),
        (540, 600, 100, look.accent),
    ):
        ground_shadow(canvas, look, x, across * 0.74, tall=0.5)
        canvas.solid(lathe(x, [(top, across), (786, across * 0.76)], base=16, soft=False), tone, edge=16, roundness=0.9)
        canvas.fill(ellipse(x, top, across, across * 0.2), lighter(tone, 0.4))
        canvas.fill(ellipse(x, top + 2, across - 13, across * 0.2 - 7), darker(tone, 0.45))


def watering_can(canvas: Canvas, look: Look) -> None:
    """A watering can with a rose, or a slim one with a long spout."""
    room(canvas, look)
    ground_shadow(canvas, look, 540, 180)
    metal = BRASS if look.style != "minimal" else darker(STEEL, 0.1)
    dark = darker(look.main, 0.12)
    if look.model == 0:
        canvas.solid(ribbon([(430, 720), (300, 560), (206, 420)], 60, 34), dark, edge=10, roundness=0.3)
        canvas.solid(
            turned(polygon([(160, 404), (252, 404), (226, 452), (186, 452)], 8), -34, 206, 428),
            metal,
            edge=8,
            roundness=0.4,
        )
        canvas.solid(ribbon(arc(545, 474, 112, 150, 180, 360), 26), metal, edge=9, roundness=0.3)
        canvas.solid(
            ribbon(smooth([(672, 470), (790, 470), (800, 620), (690, 720)], closed=False), 28),
            metal,
            edge=9,
            roundness=0.3,
        )
        body = lathe(545, [(470, 140), (500, 150), (780, 176), (788, 174)], base=20)
        canvas.solid(body, look.main, edge=20, roundness=0.9)
        for y in (520, 740):
            canvas.tint(ribbon(arc(545, y, 190, 26, 0, 180), 10), look.accent, 0.9, inside=body)
        canvas.solid(ellipse(545, 470, 141, 30), lighter(look.main, 0.3), edge=3, roundness=0.1)
        canvas.fill(ellipse(545, 473, 124, 22), darker(look.main, 0.5))
        return
    spout = smooth([(420, 740), (330, 690), (290, 540), (250, 380), (150, 320)], closed=False)
    canvas.solid(ribbon(spout, 36, 16), metal, edge=8, roundness=0.3)
    canvas.solid(
        ribbon(smooth([(630, 520), (720, 380), (820, 480), (790, 640), (690, 730)], closed=False), 24),
        metal,
        edge=8,
        roundness=0.3,
    )
    body = lathe(540, [(460, 60), (500, 84), (600, 154), (720, 178), (786, 160)], base=18)
    canvas.solid(body, look.main, edge=20, roundness=0.9)
    canvas.fill(ellipse(540, 460, 62, 15), lighter(look.main, 0.4))
    canvas.fill(ellipse(540, 462, 50, 10), darker(look.main, 0.5))


def seeds(canvas: Canvas, look: Look) -> None:
    """A packet of seeds with a flower or a carrot on it, some seeds beside."""
    flat_lay(canvas, look)
    placed = partial(turned, degrees=-7)
    packet = placed(box(310, 170, 690, 780, 14))
    drop_shadow(canvas, look, packet, height=1.1)
    canvas.solid(packet, look.main, edge=14, roundness=0.2)
    canvas.solid(placed(box(310, 170, 690, 236, 14)), darker(look.main, 0.2), edge=8, roundness=0.15)
    canvas.solid(placed(box(346, 270, 654, 640, 20)), (250, 244, 228), edge=6, roundness=0.05)
    canvas.fill(placed(box(400, 676, 600, 690, 6)), (250, 244, 228))
    canvas.fill(placed(box(440, 708, 560, 719, 5)), mix(look.main, WHITE, 0.5))
    if look.model == 0:
        _sunflower(canvas, placed)
    else:
        _carrot(canvas, placed)
    for number, (x, y) in enumerate(knots("760,660 800,730 730,750 772,800 240,830 690,840")):
        seed = leaf(x, y + 18, 40, 24, number * 50)
        drop_shadow(canvas, look, seed, height=0.3)
        canvas.solid(seed, (150, 106, 70), edge=5, roundness=0.3)


def _sunflower(canvas: Canvas, placed: Callable[[Shape], Shape]) -> None:
    canvas.line(placed(smooth([(500, 630), (496, 540), (500, 440)], closed=False)), darker(LEAF, 0.1), 10)
    for degrees in (-58, 58):
        canvas.solid(placed(leaf(498, 600, 92, 44, degrees)), LEAF, edge=7, roundness=0.2)
    for degrees in range(0, 360, 45):
        canvas.solid(placed(leaf(500, 400, 104, 56, degrees, widest=0.6)), (238, 164, 70), edge=7, roundness=0.2)
    canvas.solid(placed(ellipse(500, 400, 40)), (126, 78, 52), edge=8, roundness=0.4)


def _carrot(canvas: Canvas, placed: Callable[[Shape], Shape]) -> None:
    for degrees in (-28, -8, 12, 30):
        canvas.solid(placed(leaf(500, 440, 140, 40, degrees)), LEAF, edge=6, roundness=0.2)
    root = smooth(knots("440,440 500,420 560,440 546,520 516,600 500,628 484,600 454,520"))
    canvas.solid(placed(root), (234, 128, 60), edge=14, roundness=0.4)
    for y in (476, 520, 566):
        canvas.tint(placed(box(470, y, 500, y + 6, 3)), (190, 88, 40), 0.8)


def trowel(canvas: Canvas, look: Look) -> None:
    """A trowel, with a hand fork beside it in the second model."""
    flat_lay(canvas, look)
    if look.model == 0:
        _tool(canvas, look, 0, 1.0, fork=False)
    else:
        _tool(canvas, look, -130, 0.88, fork=False)
        _tool(canvas, look, 140, 0.88, fork=True)


def _tool(canvas: Canvas, look: Look, right: float, size: float, *, fork: bool) -> None:
    def placed(shape: Shape) -> Shape:
        return moved(turned((shape - 500) * size + 500, 24), right, 0)

    handle = smooth(knots("462,600 538,600 546,700 532,800 540,870 500,904 460,870 468,800 454,700"))
    blade = smooth([(500, 96), (566, 180), (592, 300), (580, 400), (500, 440), (420, 400), (408, 300), (434, 180)])
    tines = [ribbon([(x, 400), (x, 300), (x + (x - 500) * 0.1, 150)], 32, 14) for x in (428, 500, 572)]
    head = tines if fork else [blade]
    for shape in (handle, *head):
        drop_shadow(canvas, look, placed(shape), height=0.9)
    canvas.solid(placed(box(482, 400, 518, 620, 8)), darker(STEEL, 0.15), edge=7, roundness=0.7)
    if fork:
        canvas.solid(
            placed(smooth([(410, 380), (590, 380), (588, 420), (530, 450), (470, 450), (412, 420)])),
            STEEL,
            edge=9,
            roundness=0.4,
        )
    for shape in head:
        canvas.solid(placed(shape), STEEL, edge=12, roundness=0.4)
    if not fork:
        canvas.glow(placed(ellipse(520, 300, 46, 110)), darker(STEEL, 0.5), 0.5, 22, inside=placed(blade))
    canvas.solid(placed(handle), look.main, edge=14, roundness=0.5)
    canvas.solid(
        placed(box(458, 592, 542, 626, 8)),
        BRASS if look.style == "natural" else darker(STEEL, 0.2),
        edge=7,
        roundness=0.5,
    )
    canvas.tint(placed(ribbon(arc(500, 884, 22, 26, 20, 160), 8)), look.accent, 0.9)
