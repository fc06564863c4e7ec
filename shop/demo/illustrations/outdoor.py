"""Tents, sleeping mats, backpacks, bottles, vacuum flasks."""

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import (
    BRASS,
    INK,
    OAK,
    RUBBER,
    STEEL,
    WALNUT,
    WHITE,
    darker,
    lighter,
    mix,
)
from shop.demo.illustrations.scenery import HORIZON, Look, ground_shadow, room
from shop.demo.illustrations.shapes import arc, box, ellipse, kept, knots, lathe, mirrored, polygon, ribbon, smooth


def _hills(canvas: Canvas, look: Look) -> None:
    """Turn the wall of the room into a landscape."""
    far = smooth(knots("-60,640 120,560 260,600 430,500 600,590 780,530 1060,640 1060,800 -60,800"))
    canvas.tint(far, darker(look.wall, 0.14))
    near = smooth([(-60, 700), (200, 640), (420, 690), (700, 630), (1060, 700), (1060, 820), (-60, 820)])
    canvas.tint(near, darker(look.wall, 0.24))
    canvas.fill(box(0, HORIZON, 1000, 1000), darker(look.wall, 0.15))
    canvas.glow(box(-200, 930, 1200, 1100), darker(look.wall, 0.45), 0.3, 60)


def tent(canvas: Canvas, look: Look) -> None:
    """A ridge tent (first model) or a dome, in the hills."""
    room(canvas, look)
    _hills(canvas, look)
    ground_shadow(canvas, look, 500, 320, tall=0.4)
    if look.model == 0:
        _ridge_tent(canvas, look)
    else:
        _dome_tent(canvas, look)


def _ridge_tent(canvas: Canvas, look: Look) -> None:
    side = polygon([(420, 290), (566, 326), (860, 795), (690, 806)], 8)
    canvas.solid(polygon([(560, 330), (900, 790), (470, 806)], 10), darker(look.main, 0.28), edge=0, roundness=0.3)
    canvas.solid(side, darker(look.main, 0.16), edge=10, roundness=0.3)
    canvas.solid(polygon([(420, 290), (690, 806), (120, 806)], 10), look.main, edge=12, roundness=0.2)
    canvas.fill(polygon([(418, 380), (520, 806), (310, 806)]), mix(INK, look.main, 0.15))
    left = polygon([(416, 372), (424, 380), (360, 640), (286, 806), (210, 806)], 6)
    right = polygon([(418, 380), (424, 372), (640, 806), (556, 806), (480, 640)], 6)
    canvas.solid(left, lighter(look.main, 0.22), edge=8, roundness=0.3)
    canvas.solid(right, lighter(look.main, 0.1), edge=8, roundness=0.3)
    canvas.line([(420, 300), (420, 252)], WALNUT, 11)
    canvas.fill(polygon([(424, 252), (500, 270), (424, 290)]), look.accent)
    for x, end in ((120, 70), (690, 750)):
        canvas.line([(x, 800), (end, 824)], darker(look.wall, 0.6), 5)


def _dome_tent(canvas: Canvas, look: Look) -> None:
    dome = smooth([(130, 806), (190, 600), (320, 430), (500, 370), (680, 430), (810, 600), (870, 806), (500, 812)])
    canvas.solid(dome, look.main, edge=20, roundness=0.55)
    door = smooth([(370, 808), (390, 640), (500, 540), (610, 640), (630, 808), (500, 812)])
    canvas.solid(door, lighter(look.accent, 0.1), edge=9, roundness=0.2)
    gap = smooth([(500, 548), (560, 650), (590, 808), (440, 808), (470, 650)])
    canvas.fill(gap, mix(INK, look.main, 0.15))
    pole = ribbon(smooth([(500, 372), (650, 470), (740, 640), (790, 806)], closed=False), 10)
    for side in (kept, mirrored):
        canvas.tint(side(pole), darker(look.main, 0.42), 0.9, inside=dome)
    canvas.tint(smooth([(250, 640), (300, 520), (330, 530), (290, 660)]), WHITE, 0.22, inside=dome)


def sleeping_mat(canvas: Canvas, look: Look) -> None:
    """A rolled mat or sleeping bag, held by two straps."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 285, tall=0.4)
    roll = box(200, 540, 790, 806, 120)
    canvas.solid(roll, look.main, edge=22, roundness=0.2)
    canvas.glow(box(230, 740, 780, 820), darker(look.main, 0.7), 0.6, 30, inside=roll)
    canvas.glow(box(260, 566, 740, 590), lighter(look.main, 0.8), 0.55, 16, inside=roll)
    end = ellipse(256, 673, 96, 133)
    canvas.solid(end, mix(look.main, look.accent, 0.55), edge=10, roundness=0.1)
    spiral = [
        (256 + (90 - t * 2.3) * x, 673 + (124 - t * 3.2) * y)
        for t, (x, y) in enumerate(ellipse(0, 0, 1, 1, 0, 1000)[::2])
    ]
    canvas.line(spiral, darker(look.main, 0.3), 8)
    for x in (430, 650):
        strap = ribbon(arc(x, 673, 34, 138, -95, 95), 34)
        canvas.solid(strap, look.accent if look.model == 0 else RUBBER, edge=8, roundness=0.1)
        canvas.solid(box(x + 6, 612, x + 62, 664, 10), darker(STEEL, 0.1), edge=6, roundness=0.4)
        canvas.fill(box(x + 20, 624, x + 48, 652, 5), look.accent if look.model == 0 else RUBBER)
    if look.model == 1:
        canvas.solid(ribbon(arc(540, 540, 100, 60, 190, 350), 20), RUBBER, edge=6, roundness=0.3)


def backpack(canvas: Canvas, look: Look) -> None:
    """A backpack: with a front pocket, or a roll-top with leather straps."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 215)
    dark = darker(look.main, 0.2)
    canvas.solid(ribbon(arc(500, 238, 66, 64, 180, 360), 24), dark, edge=6, roundness=0.3)
    strap = ribbon(smooth([(670, 380), (756, 460), (762, 620), (714, 740)], closed=False), 40)
    for side in (kept, mirrored):
        canvas.solid(side(strap), darker(look.main, 0.34), edge=9, roundness=0.3)
        canvas.solid(side(box(672, 580, 760, 770, 30)), dark, edge=10, roundness=0.4)
    outline = "290,780 272,560 290,370 350,262 500,226 650,262 710,370 728,560 710,780 500,814"
    canvas.solid(smooth(knots(outline)), look.main, edge=22, roundness=0.55)
    if look.model == 0:
        _front_pocket(canvas, look)
    else:
        _roll_top(canvas, look)


def _front_pocket(canvas: Canvas, look: Look) -> None:
    zip_line = smooth(knots("300,520 318,390 380,306 500,280 620,306 682,390 700,520"), closed=False)
    canvas.tint(ribbon(zip_line, 9), darker(look.main, 0.5), 0.9)
    canvas.solid(box(344, 522, 656, 774, 52), lighter(look.main, 0.08), edge=16, roundness=0.4)
    flap = polygon([(336, 512), (664, 512), (650, 620), (500, 646), (350, 620)], 34)
    canvas.solid(flap, darker(look.main, 0.2), edge=10, roundness=0.4)
    canvas.solid(box(476, 606, 524, 676, 12), look.accent, edge=7, roundness=0.3)
    canvas.solid(box(442, 396, 558, 450, 10), look.accent, edge=6, roundness=0.2)


def _roll_top(canvas: Canvas, look: Look) -> None:
    canvas.solid(box(318, 196, 682, 306, 40), lighter(look.main, 0.08), edge=14, roundness=0.4)
    canvas.tint(ribbon(arc(500, 300, 190, 18, 0, 180), 8), darker(look.main, 0.5), 0.8)
    leather = WALNUT if look.style != "bold" else look.accent
    for x in (410, 590):
        canvas.solid(box(x - 20, 230, x + 20, 560, 12), leather, edge=7, roundness=0.3)
        canvas.solid(box(x - 28, 480, x + 28, 524, 8), BRASS, edge=6, roundness=0.4)
        canvas.fill(box(x - 14, 492, x + 14, 512, 4), leather)
    canvas.solid(box(344, 576, 656, 776, 46), lighter(look.main, 0.07), edge=14, roundness=0.35)


def bottle(canvas: Canvas, look: Look) -> None:
    """A drinking bottle with a loop lid; the second model is slim with a wooden cap."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 115)
    if look.model == 0:
        canvas.solid(ribbon(arc(500, 236, 52, 56, 180, 360), 24), RUBBER, edge=6, roundness=0.3)
        canvas.solid(box(430, 228, 570, 306, 18), RUBBER, edge=11, roundness=0.7)
        body = lathe(500, [(322, 70), (350, 86), (400, 122), (470, 128), (700, 128), (770, 126), (790, 112)], base=16)
        canvas.solid(box(452, 300, 548, 336, 6), STEEL, edge=8, roundness=0.8)
        canvas.solid(body, look.main, edge=18, roundness=0.95)
        canvas.tint(lathe(500, [(690, 140), (724, 140)], base=18, soft=False), look.accent, 0.9, inside=body)
        _mountain(canvas, look, 486, 570)
        return
    canvas.solid(
        lathe(500, [(206, 46), (222, 50), (290, 50)], base=8, soft=False),
        OAK if look.style != "minimal" else STEEL,
        edge=9,
        roundness=0.9,
    )
    canvas.solid(lathe(500, [(296, 42), (320, 42)], base=6, soft=False), STEEL, edge=6, roundness=0.9)
    body = lathe(500, [(316, 48), (350, 62), (410, 100), (480, 112), (700, 112), (770, 110), (790, 96)], base=14)
    canvas.solid(body, look.main, edge=16, roundness=0.95)
    canvas.solid(lathe(500, [(716, 112), (770, 110), (790, 96)], base=14), look.accent, edge=14, roundness=0.95)
    canvas.solid(lathe(500, [(600, 112), (722, 112)], base=14, soft=False), look.main, edge=14, roundness=0.95)


def _mountain(canvas: Canvas, look: Look, x: float, y: float) -> None:
    canvas.fill(polygon([(x - 62, y + 40), (x - 14, y - 44), (x + 34, y + 40)], 6), look.accent)
    canvas.fill(polygon([(x - 6, y + 40), (x + 30, y - 14), (x + 70, y + 40)], 6), mix(look.accent, look.main, 0.35))
    canvas.fill(ellipse(x + 40, y - 44, 13), look.accent)


def flask(canvas: Canvas, look: Look) -> None:
    """A vacuum flask with its cup and handle; the second model has its cup beside it."""
    room(canvas, look)
    x = 500 if look.model == 0 else 430
    ground_shadow(canvas, look, x, 135)
    canvas.solid(
        ribbon(smooth([(x + 120, 420), (x + 216, 416), (x + 220, 640), (x + 122, 650)], closed=False), 30),
        RUBBER,
        edge=9,
        roundness=0.3,
    )
    canvas.solid(
        lathe(x, [(392, 112), (420, 140), (470, 142), (790, 140)], base=18), look.main, edge=20, roundness=0.95
    )
    for y in (450, 720):
        canvas.solid(lathe(x, [(y, 143), (y + 26, 143)], base=18, soft=False), STEEL, edge=8, roundness=0.95)
    canvas.solid(lathe(x, [(356, 92), (400, 112)], base=14, soft=False), STEEL, edge=8, roundness=0.95)
    if look.model == 0:
        canvas.solid(
            lathe(x, [(206, 92), (216, 100), (360, 106)], base=14, soft=False),
            lighter(look.main, 0.1),
            edge=14,
            roundness=0.95,
        )
        canvas.tint(lathe(x, [(330, 105), (342, 105)], base=14, soft=False), STEEL)
        return
    canvas.solid(lathe(x, [(312, 66), (324, 74), (362, 80)], base=12, soft=False), RUBBER, edge=9, roundness=0.95)
    ground_shadow(canvas, look, 720, 84, tall=0.4)
    canvas.solid(
        lathe(720, [(640, 106), (780, 90), (792, 84)], base=12, soft=False),
        lighter(look.main, 0.1),
        edge=12,
        roundness=0.95,
    )
    canvas.fill(ellipse(720, 640, 106, 26), STEEL)
    canvas.fill(ellipse(720, 642, 94, 20), darker(STEEL, 0.4))
    canvas.tint(ellipse(720, 650, 86, 15), (140, 84, 50), inside=ellipse(720, 642, 94, 20))
    for shift in (-26, 22):
        steam = smooth([(720 + shift, 600), (704 + shift, 560), (730 + shift, 520), (712 + shift, 478)], closed=False)
        canvas.glow(ribbon(steam, 13, 6), WHITE, 0.75, 6)
