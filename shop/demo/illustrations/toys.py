"""Puzzles, board games, building blocks, wooden trains, soft toys."""

import numpy as np

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import INK, OAK, RGB, WHITE, darker, lighter, mix
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import (
    Shape,
    arc,
    box,
    ellipse,
    kept,
    lathe,
    mirrored,
    moved,
    polygon,
    ribbon,
    smooth,
    turned,
)

TOY_RED, TOY_YELLOW, TOY_GREEN, TOY_BLUE = (214, 92, 74), (238, 184, 84), (124, 164, 110), (92, 138, 176)


def puzzle(canvas: Canvas, look: Look) -> None:
    """Four pieces of a jigsaw, one still apart; the picture is a landscape or a pattern."""
    flat_lay(canvas, look)
    tones = (look.main, lighter(look.main, 0.35), look.accent, mix(look.main, look.accent, 0.5))
    if look.model == 1:
        tones = (look.main, look.accent, look.accent, look.main)
    places = ((350, 350, 0), (630, 350, 0), (350, 630, 0), (692, 690, 14))
    sides = (
        ("flat", "knob", "knob", "flat"),
        ("flat", "flat", "hole", "hole"),
        ("hole", "hole", "flat", "flat"),
        ("knob", "flat", "flat", "knob"),
    )
    pieces = [
        turned(_piece(x, y, 140, edges), degrees, x, y) for (x, y, degrees), edges in zip(places, sides, strict=True)
    ]
    for piece in pieces:
        drop_shadow(canvas, look, piece, height=0.9)
    for (x, y, _), tone, piece in zip(places, tones, pieces, strict=True):
        canvas.solid(piece, tone, edge=13, roundness=0.15)
        if look.model == 1:
            canvas.tint(ellipse(x, y, 56), lighter(tone, 0.4), 0.8, inside=piece)
            canvas.tint(ellipse(x, y, 24), darker(tone, 0.3), 0.9, inside=piece)
    if look.model == 0:
        canvas.tint(ellipse(340, 330, 58), lighter(look.accent, 0.5), 0.95)
        hill = smooth([(160, 690), (290, 590), (400, 650), (520, 580), (560, 800), (160, 800)])
        canvas.tint(hill, darker(look.accent, 0.25), 0.7, inside=pieces[2])


def _piece(x: float, y: float, half: float, edges: tuple[str, str, str, str]) -> Shape:
    """Return a jigsaw piece around (x, y): its top, right, bottom and left edge flat, with a knob or with a hole."""
    outline = []
    for quarter, edge in enumerate(edges):
        side = [(-half, -half)]
        if edge != "flat":
            out = -1 if edge == "knob" else 1
            neck, round_part = half * 0.2, half * 0.3
            centre = -half + out * half * 0.36
            angles = np.radians(np.linspace(135, 405, 30))
            side += [(-neck * 1.05, -half)]
            side += [(round_part * np.cos(a), centre - out * round_part * np.sin(a)) for a in angles]
            side += [(neck * 1.05, -half)]
        outline.append(turned(np.asarray(side, dtype=np.float64), 90 * quarter, 0, 0))
    return moved(np.concatenate(outline), x, y)


def board_game(canvas: Canvas, look: Look) -> None:
    """A board with its track, pawns and dice; the second model is a set of draughts."""
    flat_lay(canvas, look)
    board = turned(box(190, 190, 810, 810, 30), 6)
    drop_shadow(canvas, look, board, height=1.3)
    canvas.solid(board, look.main, edge=16, roundness=0.1)
    if look.model == 0:
        canvas.solid(turned(box(226, 226, 774, 774, 18), 6), lighter(look.accent, 0.25), edge=6, roundness=0)
        _track(canvas, look)
        for x, y, tone in ((415, 640, TOY_RED), (640, 372, TOY_BLUE), (560, 668, look.main)):
            _pawn(canvas, x, y, tone)
        _die(canvas, look, 452, 470, 18)
        _die(canvas, look, 556, 520, -14)
        return
    light, dark = lighter(look.accent, 0.35), darker(look.main, 0.15)
    for row in range(6):
        for column in range(6):
            x, y = 230 + column * 90, 230 + row * 90
            canvas.fill(turned(box(x, y, x + 90, y + 90), 6), light if (row + column) % 2 else dark)
    for row, column, tone in (
        (0, 1, WHITE),
        (0, 3, WHITE),
        (1, 2, WHITE),
        (2, 5, WHITE),
        (3, 2, INK),
        (4, 3, INK),
        (5, 0, INK),
        (5, 4, INK),
        (4, 5, INK),
    ):
        x, y = turned(np.array([[275.0 + column * 90, 275.0 + row * 90]]), 6)[0]
        canvas.glow(ellipse(x + 7, y + 11, 34), INK, 0.5, 6)
        canvas.solid(ellipse(x, y, 34), tone, edge=7, roundness=0.25)
        canvas.tint(
            ribbon(arc(x, y, 21, 21, 0, 360), 4), darker(tone, 0.3) if tone == WHITE else lighter(tone, 0.3), 0.7
        )


def _track(canvas: Canvas, look: Look) -> None:
    """Draw the fields around the board, joined by a line."""
    ring = turned(box(306, 306, 694, 694, 90), 6)
    canvas.line([*ring, ring[0]], darker(look.accent, 0.25), 8)
    cycle = (look.main, TOY_YELLOW, TOY_GREEN, TOY_BLUE)
    steps = np.hypot(*np.diff(np.vstack((ring, ring[:1])), axis=0).T)
    along = np.concatenate(([0.0], np.cumsum(steps)))
    for number, at in enumerate(np.linspace(0, along[-1], 16, endpoint=False)):
        x, y = (np.interp(at, along, np.append(ring[:, axis], ring[0, axis])) for axis in (0, 1))
        canvas.solid(ellipse(x, y, 33), cycle[number % 4], edge=7, roundness=0.1)


def _pawn(canvas: Canvas, x: float, y: float, tone: RGB) -> None:
    canvas.glow(ellipse(x + 22, y + 10, 46, 20), INK, 0.45, 9)
    canvas.solid(lathe(x, [(y - 90, 12), (y - 60, 18), (y - 20, 32), (y, 38)], base=12), tone, edge=9, roundness=0.8)
    canvas.solid(ellipse(x, y - 106, 29), tone, edge=9, roundness=0.6)
    canvas.tint(ellipse(x - 10, y - 116, 8, 7), WHITE, 0.7)


def _die(canvas: Canvas, look: Look, x: float, y: float, degrees: float) -> None:
    face = turned(box(x - 44, y - 44, x + 44, y + 44, 18), degrees, x, y)
    canvas.glow(moved(face, 9, 13), INK, 0.45, 8)
    canvas.solid(face, WHITE, edge=9, roundness=0.15)
    for dx, dy in ((-20, -20), (20, 20), (0, 0), (20, -20), (-20, 20)):
        canvas.fill(turned(ellipse(x + dx, y + dy, 8), degrees, x, y), darker(look.main, 0.2))


def blocks(canvas: Canvas, look: Look) -> None:
    """A tower of wooden blocks: an arch and a roof, or a castle."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 260, tall=0.5)
    wood = mix(OAK, WHITE, 0.25)
    if look.model == 0:
        canvas.solid(box(250, 640, 416, 806, 12), look.main, edge=16, roundness=0.2)
        canvas.solid(box(584, 640, 750, 806, 12), TOY_BLUE, edge=16, roundness=0.2)
        canvas.solid(box(440, 666, 560, 806, 12), TOY_YELLOW, edge=14, roundness=0.2)
        canvas.solid(box(230, 580, 770, 642, 12), wood, edge=14, roundness=0.2)
        arch = polygon([(330, 582), (330, 440), (670, 440), (670, 582), *ellipse(500, 582, 96, 96, 0, -180)])
        canvas.solid(arch, look.accent, edge=14, roundness=0.25)
        canvas.solid(polygon([(350, 440), (650, 440), (500, 270)], 14), look.main, edge=16, roundness=0.3)
        canvas.solid(ellipse(800, 762, 46), TOY_RED, edge=13, roundness=0.6)
        return
    for x, tone in ((300, look.main), (700, look.main)):
        canvas.solid(lathe(x, [(470, 68), (790, 68)], base=16, soft=False), tone, edge=14, roundness=0.85)
        canvas.solid(
            lathe(x, [(320, 4), (470, 88)], base=20, soft=False),
            TOY_RED if look.style != "bold" else look.accent,
            edge=14,
            roundness=0.8,
        )
    canvas.solid(box(380, 560, 620, 806, 10), wood, edge=16, roundness=0.2)
    canvas.fill(polygon([(448, 806), (448, 720), *ellipse(500, 722, 52, 52, 180, 360), (552, 806)]), darker(wood, 0.6))
    for x in (384, 464, 544):
        canvas.solid(box(x, 500, x + 72, 562, 8), look.accent, edge=10, roundness=0.2)
    canvas.solid(box(440, 420, 560, 500, 8), TOY_YELLOW, edge=12, roundness=0.2)
    canvas.solid(polygon([(430, 420), (570, 420), (500, 320)], 10), TOY_BLUE, edge=12, roundness=0.3)


def train(canvas: Canvas, look: Look) -> None:
    """A wooden engine, pulling a wagon in the second model."""
    room(canvas, look)
    shift, size = (0.0, 1.0) if look.model == 0 else (-150.0, 0.8)
    ground_shadow(canvas, look, 500, 300, tall=0.3)

    def placed(shape: Shape) -> Shape:
        return moved((shape - (500, 806)) * size + (500, 806), shift, 0)

    wood = mix(OAK, WHITE, 0.15)
    if look.model == 1:
        canvas.solid(box(540, 716, 640, 738, 8), darker(wood, 0.4), edge=5)
        canvas.solid(box(600, 560, 880, 716, 14), look.accent, edge=15, roundness=0.25)
        for x, tone in ((650, TOY_RED), (740, TOY_YELLOW), (826, TOY_GREEN)):
            canvas.solid(box(x - 38, 486, x + 38, 562, 10), tone, edge=10, roundness=0.25)
        canvas.solid(box(586, 700, 894, 742, 14), wood, edge=10, roundness=0.3)
        for x in (664, 816):
            _toy_wheel(canvas, look, x, 752, 52)
    canvas.solid(placed(box(210, 470, 600, 700, 70)), look.main, edge=20, roundness=0.2)
    canvas.glow(placed(box(260, 500, 560, 520)), lighter(look.main, 0.8), 0.5, 14)
    canvas.solid(
        placed(polygon([(268, 480), (292, 340), (272, 320), (388, 320), (368, 340), (390, 480)], 8)),
        look.accent,
        edge=12,
        roundness=0.6,
    )
    canvas.solid(placed(ellipse(460, 470, 50, 40)), TOY_YELLOW, edge=10, roundness=0.5)
    canvas.solid(placed(box(560, 350, 780, 710, 18)), darker(look.main, 0.14), edge=18, roundness=0.25)
    canvas.solid(placed(box(530, 316, 812, 372, 22)), look.accent, edge=12, roundness=0.3)
    canvas.solid(placed(box(612, 420, 728, 540, 20)), lighter(look.wall, 0.5), edge=8, roundness=0.1)
    canvas.solid(placed(box(180, 680, 820, 736, 18)), wood, edge=12, roundness=0.3)
    for x, radius in ((300, 62), (460, 62), (670, 92)):
        centre = placed(np.array([[x, 806.0 - radius]]))[0]
        _toy_wheel(canvas, look, float(centre[0]), float(centre[1]), radius * size)


def _toy_wheel(canvas: Canvas, look: Look, x: float, y: float, radius: float) -> None:
    canvas.solid(
        ellipse(x, y, radius), TOY_RED if look.style != "bold" else TOY_YELLOW, edge=radius * 0.18, roundness=0.3
    )
    canvas.solid(ellipse(x, y, radius * 0.6), mix(OAK, WHITE, 0.3), edge=radius * 0.1, roundness=0.2)
    canvas.solid(ellipse(x, y, radius * 0.2), darker(OAK, 0.5), edge=radius * 0.05, roundness=0.2)


def bear(canvas: Canvas, look: Look) -> None:
    """A sitting bear, or a rabbit with long ears; soft either way."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 220, tall=0.6)
    pale = lighter(look.main, 0.5)
    for side in (kept, mirrored):
        if look.model == 0:
            canvas.solid(side(ellipse(382, 262, 62)), look.main, edge=12, roundness=0.3)
            canvas.solid(side(ellipse(384, 268, 36)), pale, edge=6, roundness=0.2)
        else:
            ear = side(turned(ellipse(430, 206, 52, 126), -10, 440, 320))
            canvas.solid(ear, look.main, edge=12, roundness=0.3)
            canvas.solid(side(turned(ellipse(430, 216, 25, 92), -10, 440, 320)), pale, edge=6, roundness=0.2)
        canvas.solid(
            side(turned(ellipse(352, 600, 62, 126), 26, 352, 600)), darker(look.main, 0.06), edge=13, roundness=0.35
        )
    canvas.solid(ellipse(500, 650, 176, 168), look.main, edge=22, roundness=0.45)
    canvas.solid(ellipse(496, 668, 104, 108), pale, edge=9, roundness=0.2)
    for x in (360, 640):
        canvas.solid(ellipse(x, 748, 96, 66), lighter(look.main, 0.05), edge=14, roundness=0.4)
        canvas.solid(ellipse(x, 752, 52, 38), pale, edge=6, roundness=0.2)
    canvas.solid(ellipse(500, 388, 174, 156), look.main, edge=22, roundness=0.4)
    canvas.solid(ellipse(500, 438, 82, 62), pale, edge=9, roundness=0.2)
    for x in (430, 570):
        canvas.fill(ellipse(x, 376, 15, 18), INK)
        canvas.fill(ellipse(x - 4, 369, 5), WHITE)
        canvas.tint(ellipse(x + (x - 500) * 0.5, 430, 26, 18), (236, 130, 120), 0.45)
    canvas.solid(smooth([(470, 410), (500, 402), (530, 410), (514, 434), (486, 434)]), INK, edge=0, roundness=0)
    for x in (482, 518):
        canvas.line(arc(x, 448, 18, 15, 10, 170), INK, 6)
    scarf = smooth([(372, 516), (500, 548), (628, 516), (636, 556), (500, 594), (364, 556)])
    canvas.solid(scarf, look.accent, edge=10, roundness=0.3)
    canvas.solid(
        polygon([(560, 556), (620, 546), (640, 664), (578, 676)], 10), darker(look.accent, 0.06), edge=9, roundness=0.3
    )
