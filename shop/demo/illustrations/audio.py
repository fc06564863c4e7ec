"""Headphones, earbuds, speakers, turntables, radios."""

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import BRASS, INK, RGB, RUBBER, STEEL, WALNUT, WHITE, darker, lighter, mix
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import (
    arc,
    box,
    ellipse,
    kept,
    knots,
    mirrored,
    moved,
    polygon,
    ribbon,
    smooth,
    turned,
)

CLOTH: RGB = (74, 71, 76)


def _metal(look: Look) -> RGB:
    return BRASS if look.style == "natural" else STEEL


def headphones(canvas: Canvas, look: Look) -> None:
    """Over-ear headphones seen from the front; the second model has wooden or two-tone cups."""
    flat_lay(canvas, look)
    band = ribbon(arc(500, 500, 262, 330, 182, 358), 46)
    for shape in (band, box(196, 480, 340, 770, 66), box(660, 480, 804, 770, 66)):
        drop_shadow(canvas, look, shape, height=1.3)
    canvas.solid(band, look.main, edge=10, roundness=0.3)
    canvas.solid(ribbon(arc(500, 504, 236, 300, 205, 335), 26), darker(look.main, 0.4), edge=6, roundness=0.2)
    for side in (kept, mirrored):
        canvas.solid(side(box(226, 440, 250, 590, 10)), _metal(look), edge=6, roundness=0.7)
        canvas.solid(side(box(290, 492, 352, 758, 30)), darker(RUBBER, 0.1), edge=12, roundness=0.5)
        canvas.solid(side(box(196, 480, 306, 770, 56)), look.main, edge=16, roundness=0.6)
        cup = {"natural": WALNUT, "minimal": lighter(look.main, 0.25)}.get(look.style, look.accent)
        tone = cup if look.model == 1 else lighter(look.main, 0.1)
        canvas.solid(side(box(184, 530, 236, 720, 26)), tone, edge=9, roundness=0.5)
    canvas.tint(ribbon(arc(494, 492, 262, 330, 215, 262), 8), WHITE, 0.4)


def earbuds(canvas: Canvas, look: Look) -> None:
    """Two wireless earbuds above their open case."""
    flat_lay(canvas, look)
    lid, case = box(290, 470, 710, 640, 70), box(280, 590, 720, 830, 84)
    drop_shadow(canvas, look, case, height=1.4)
    canvas.solid(lid, darker(look.main, 0.1), edge=14, roundness=0.4)
    canvas.fill(box(314, 496, 686, 660, 50), darker(look.main, 0.35))
    canvas.solid(case, look.main, edge=18, roundness=0.55)
    canvas.fill(box(310, 606, 690, 640, 17), darker(look.main, 0.4))
    canvas.solid(ellipse(500, 730, 12), (126, 214, 150), edge=0, roundness=0)
    canvas.glow(ellipse(500, 730, 16), (170, 240, 180), 0.7, 8)
    for side in (kept, mirrored):
        stem = turned(box(352, 270, 402, 470, 25) if look.model == 0 else box(352, 270, 398, 330, 22), -8, 380, 300)
        head = turned(smooth(knots("330,220 380,170 450,190 466,260 430,318 360,320 326,276")), -8, 380, 300)
        for shape in (stem, head):
            drop_shadow(canvas, look, side(shape), height=0.9)
        canvas.solid(side(turned(ellipse(454, 242, 44, 52), -8, 380, 300)), RUBBER, edge=9, roundness=0.6)
        canvas.solid(side(stem), look.main, edge=11, roundness=0.6)
        canvas.solid(side(head), look.main, edge=16, roundness=0.5)
        canvas.fill(side(turned(box(368, 226, 398, 276, 14), -8, 380, 300)), darker(look.main, 0.42))
        contact = turned(ellipse(377, 452 if look.model == 0 else 330, 10), -8, 380, 300)
        canvas.solid(side(contact), _metal(look), edge=3, roundness=0.3)


def speaker(canvas: Canvas, look: Look) -> None:
    """A bookshelf speaker with two cones, or a pair of small ones."""
    room(canvas, look)
    if look.model == 0:
        ground_shadow(canvas, look, 500, 190)
        _cabinet(canvas, look, 330, 220, 670, 804)
        _cone(canvas, look, 500, 610, 132)
        _cone(canvas, look, 500, 350, 70)
        return
    for left in (200, 530):
        ground_shadow(canvas, look, left + 135, 130, tall=0.5)
        _cabinet(canvas, look, left, 380, left + 270, 804)
        _cone(canvas, look, left + 135, 668, 100)
        _cone(canvas, look, left + 135, 480, 48)


def _cabinet(canvas: Canvas, look: Look, left: float, top: float, right: float, bottom: float) -> None:
    canvas.solid(box(left, top, right, bottom, 18), look.main, edge=20, roundness=0.45)
    inset = box(left + 22, top + 22, right - 22, bottom - 22, 10)
    canvas.solid(
        inset, mix(look.main, INK, 0.72) if look.style != "bold" else lighter(look.main, 0.2), edge=6, roundness=0.2
    )


def _cone(canvas: Canvas, look: Look, x: float, y: float, radius: float) -> None:
    canvas.solid(ellipse(x, y, radius), _metal(look), edge=6, roundness=0.4)
    canvas.fill(ellipse(x, y, radius * 0.93), RUBBER)
    canvas.solid(ellipse(x, y, radius * 0.8), darker(CLOTH, 0.1), edge=0, roundness=0.4)
    canvas.glow(
        ellipse(x - radius * 0.2, y - radius * 0.25, radius * 0.4),
        lighter(CLOTH, 0.3),
        0.6,
        radius * 0.2,
        inside=ellipse(x, y, radius * 0.8),
    )
    canvas.solid(ellipse(x, y, radius * 0.34), look.accent, edge=radius * 0.08, roundness=0.6)


def portable_speaker(canvas: Canvas, look: Look) -> None:
    """A portable speaker: a woven cylinder with a loop, or a rounded box with a strap."""
    room(canvas, look)
    if look.model == 0:
        ground_shadow(canvas, look, 500, 165)
        loop = ribbon(arc(660, 380, 56, 80, -90, 130), 22)
        canvas.solid(loop, look.accent, edge=6, roundness=0.3)
        body = box(335, 320, 665, 806, 60)
        canvas.solid(body, look.main, edge=20, roundness=0.85)
        for row in range(30):
            for column in range(17):
                dot = ellipse(352 + column * 18.6 + (row % 2) * 9, 394 + row * 12.2, 2.9)
                canvas.fill(dot, darker(look.main, 0.34 + 0.012 * column))
        canvas.solid(box(335, 320, 665, 376, 30), darker(look.main, 0.3), edge=8, roundness=0.85)
        canvas.solid(box(335, 758, 665, 806, 24), darker(look.main, 0.3), edge=8, roundness=0.85)
        canvas.tint(box(470, 560, 530, 574, 7), look.accent)
        return
    ground_shadow(canvas, look, 500, 285, tall=0.4)
    canvas.solid(ribbon(arc(500, 470, 190, 110, 190, 350), 26), look.accent, edge=8, roundness=0.3)
    body = box(210, 440, 790, 804, 110)
    canvas.solid(body, look.main, edge=22, roundness=0.5)
    grill = box(244, 474, 756, 770, 84)
    canvas.solid(grill, darker(look.main, 0.32), edge=8, roundness=0.25, glint=0)
    for row in range(18):
        for column in range(31):
            x, y = 262 + column * 15.8 + (row % 2) * 8, 490 + row * 15.4
            canvas.tint(ellipse(x, y, 3.4), darker(look.main, 0.6), 0.8, inside=grill)
    canvas.solid(box(430, 600, 570, 648, 24), look.accent, edge=7, roundness=0.3)


def turntable(canvas: Canvas, look: Look) -> None:
    """A record player from above, playing."""
    flat_lay(canvas, look)
    plinth = box(140, 190, 860, 810, 40)
    drop_shadow(canvas, look, plinth, height=1.5)
    canvas.solid(plinth, look.main, edge=20, roundness=0.2)
    canvas.fill(ellipse(424, 506, 268), darker(look.main, 0.42))
    canvas.solid(ellipse(420, 500, 264), STEEL, edge=8, roundness=0.4)
    canvas.fill(ellipse(420, 500, 250), (40, 38, 44))
    for radius in range(110, 246, 15):
        canvas.tint(ribbon(arc(420, 500, radius, radius, 0, 360), 2.4), (78, 75, 84), 0.7)
    for start in (205, 25):
        wedge = polygon([(420, 500), *ellipse(420, 500, 248, 248, start, start + 34)])
        canvas.glow(wedge, (150, 146, 160), 0.26, 12, inside=ellipse(420, 500, 248))
    canvas.fill(ellipse(420, 500, 88), look.accent if look.style != "minimal" else mix(look.accent, INK, 0.1))
    canvas.fill(ellipse(420, 500, 62), lighter(look.accent, 0.4))
    canvas.fill(ellipse(420, 500, 9), INK)
    arm = smooth([(766, 300), (770, 470), (744, 610), (640, 660)], closed=False)
    canvas.glow(moved(ribbon(arm, 18), 12, 18), (20, 16, 22), 0.5, 7)
    canvas.solid(ellipse(766, 300, 62), darker(_metal(look), 0.1), edge=10, roundness=0.4)
    canvas.solid(ribbon(arm, 17), _metal(look), edge=5, roundness=0.3)
    canvas.solid(ellipse(766, 300, 34), lighter(_metal(look), 0.3), edge=8, roundness=0.5)
    canvas.solid(turned(box(596, 636, 676, 686, 8), -24, 640, 660), RUBBER, edge=6, roundness=0.2)
    if look.model == 1:
        canvas.fill(box(796, 470, 812, 640, 8), darker(look.main, 0.45))
        canvas.solid(box(784, 536, 824, 562, 6), _metal(look), edge=5, roundness=0.3)
    for x in (720, 790):
        canvas.solid(ellipse(x, 740, 25), _metal(look), edge=7, roundness=0.5)


def radio(canvas: Canvas, look: Look) -> None:
    """A table radio with a handle and a round dial; the second model is upright."""
    room(canvas, look)
    left, right, top = (190.0, 810.0, 420.0) if look.model == 0 else (290.0, 710.0, 330.0)
    ground_shadow(canvas, look, 500, (right - left) / 2 - 20, tall=0.4)
    canvas.line([(right - 110, top + 20), (right - 30, top - 230)], darker(STEEL, 0.35), 9)
    canvas.fill(ellipse(right - 30, top - 230, 11), darker(STEEL, 0.5))
    canvas.solid(
        ribbon(arc(500, top + 14, (right - left) * 0.34, 96, 184, 356), 28), _metal(look), edge=8, roundness=0.4
    )
    for x in (left + 60, right - 60):
        canvas.solid(box(x - 28, 780, x + 28, 810, 8), darker(WALNUT, 0.2), edge=5)
    canvas.solid(box(left, top, right, 796, 56), look.main, edge=22, roundness=0.45)
    if look.model == 0:
        grill, x, y = box(left + 44, top + 48, left + 344, 748, 30), right - 138.0, (top + 796) / 2 - 20
    else:
        grill, x, y = box(left + 44, 580, right - 44, 752, 30), 500.0, 462.0
    canvas.solid(grill, mix(look.accent, WHITE, 0.2), edge=8, roundness=0.2)
    low, high = grill[:, 1].min(), grill[:, 1].max()
    for number in range(1, 9):
        row = low + (high - low) * number / 9
        canvas.tint(
            box(grill[:, 0].min() + 22, row - 5, grill[:, 0].max() - 22, row + 5, 5), darker(look.main, 0.35), 0.9
        )
    canvas.solid(ellipse(x, y, 98), (250, 244, 230), edge=9, roundness=0.15)
    for degrees in range(0, 360, 30):
        canvas.tint(turned(box(x - 3, y - 88, x + 3, y - 70), degrees, x, y), INK, 0.8)
    canvas.solid(ellipse(x, y, 56), _metal(look), edge=10, roundness=0.5)
    canvas.fill(turned(box(x - 4, y - 50, x + 4, y - 20, 3), 40, x, y), (214, 76, 58))
    if look.model == 0:
        for step in (-60, 60):
            canvas.solid(ellipse(x + step, 742, 22), _metal(look), edge=6, roundness=0.5)
