"""Mugs, teapots, kettles, coffee grinders, pour-over drippers."""

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import BRASS, OAK, RGB, RUBBER, STEEL, WALNUT, darker, lighter, mix
from shop.demo.illustrations.scenery import Look, ground_shadow, room
from shop.demo.illustrations.shapes import arc, box, ellipse, lathe, polygon, ribbon, smooth

COFFEE = (92, 58, 42)
GLASS = (214, 228, 230)


def mug(canvas: Canvas, look: Look) -> None:
    """A mug with its handle to the right, filled; the first model is dipped in a second glaze."""
    room(canvas, look)
    ground_shadow(canvas, look, 470, 165)
    top = 420 if look.model == 0 else 340
    low = [(700, 186), (752, 172), (784, 146)]
    handle = arc(650, (top + 690) / 2, 112, (690 - top) * 0.38, -88, 88)
    canvas.solid(ribbon(handle, 44), darker(look.main, 0.1), edge=11, roundness=0.35)
    canvas.solid(lathe(470, [(top, 192), (600, 192), *low], base=20), look.main, roundness=0.8)
    if look.model == 0:
        canvas.solid(lathe(470, [(600, 192), *low], base=20), look.accent, roundness=0.8)
        canvas.solid(lathe(470, [(top, 192), (500, 192), (600, 192), (655, 190)], base=30), look.main, roundness=0.8)
    _opening(canvas, look.main, 470, top, 192, 42, COFFEE)


def _opening(canvas: Canvas, colour: RGB, x: float, y: float, across: float, down: float, filling: RGB) -> None:
    """Draw the rim of a vessel and what is in it."""
    canvas.fill(ellipse(x, y, across, down), lighter(colour, 0.45))
    inner = ellipse(x, y + 2, across - 13, down - 8)
    canvas.fill(inner, darker(colour, 0.34))
    canvas.tint(ellipse(x, y + down * 0.62, across - 18, down - 8), filling, inside=inner)
    canvas.tint(
        ellipse(x - across * 0.3, y + down * 0.7, across * 0.4, down * 0.4), lighter(filling, 0.22), inside=inner
    )


def teapot(canvas: Canvas, look: Look) -> None:
    """A round teapot, spout to the left."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 200)
    canvas.solid(ribbon(arc(700, 600, 130, 118, -105, 80), 40), _handle(look), edge=10, roundness=0.3)
    spout = smooth([(345, 690), (250, 640), (205, 545), (140, 505)], closed=False)
    canvas.solid(ribbon(spout, 120, 44), darker(look.main, 0.06), edge=10, roundness=0.3)
    body = lathe(500, [(452, 110), (500, 190), (590, 242), (690, 226), (760, 168), (790, 120)], base=16)
    canvas.solid(body, look.main, roundness=0.85)
    if look.model == 0:
        band = lathe(500, [(586, 246), (622, 246)], base=34, soft=False)
        canvas.tint(band, look.accent, 0.9, inside=body)
        canvas.tint(lathe(500, [(540, 260), (586, 260)], base=34, soft=False), look.main, 1, inside=body)
        canvas.solid(lathe(500, [(452, 110), (500, 190), (590, 242)], base=34), look.main, edge=0, roundness=0.85)
    lid = lathe(500, [(392, 30), (405, 78), (436, 112), (452, 120)], base=22)
    canvas.solid(lid, lighter(look.main, 0.08), edge=10, roundness=0.7)
    canvas.solid(ellipse(500, 372, 34, 32), _handle(look), edge=9, roundness=0.7)


def _handle(look: Look) -> RGB:
    return {"natural": OAK, "minimal": mix(look.main, RUBBER, 0.75)}.get(look.style, look.accent)


def kettle(canvas: Canvas, look: Look) -> None:
    """A gooseneck kettle for pouring slowly."""
    room(canvas, look)
    ground_shadow(canvas, look, 520, 190)
    goose = smooth([(375, 720), (285, 690), (262, 600), (250, 470), (200, 395), (140, 385)], closed=False)
    canvas.solid(ribbon(goose, 44, 22), darker(look.main, 0.1), edge=9, roundness=0.35)
    grip = smooth([(640, 470), (740, 425), (800, 470), (800, 600), (780, 680)], closed=False)
    canvas.solid(ribbon(grip, 42, 34), _handle(look), edge=11, roundness=0.35)
    canvas.solid(lathe(520, [(452, 128), (560, 160), (700, 204), (786, 206)], base=22), look.main, roundness=0.9)
    canvas.solid(
        lathe(520, [(770, 205), (790, 205)], base=22, soft=False), darker(look.main, 0.45), edge=0, roundness=0.7
    )
    canvas.solid(
        lathe(520, [(420, 70), (436, 116), (456, 132)], base=18), lighter(look.main, 0.1), edge=9, roundness=0.7
    )
    canvas.solid(box(506, 386, 534, 425, 8), darker(look.main, 0.3), edge=5)
    canvas.solid(ellipse(520, 372, 34, 24), _handle(look), edge=8, roundness=0.7)


def grinder(canvas: Canvas, look: Look) -> None:
    """A hand grinder: wooden or coloured box with a drawer, metal dome, crank."""
    room(canvas, look)
    ground_shadow(canvas, look, 480, 200, tall=0.7)
    metal = BRASS if look.style == "natural" else STEEL
    canvas.solid(box(462, 340, 498, 470, 10), darker(metal, 0.2), edge=8, roundness=0.8)
    canvas.solid(lathe(480, [(440, 60), (470, 120), (530, 158)], base=22), metal, roundness=0.95)
    crank = smooth([(480, 336), (560, 318), (650, 322), (716, 330)], closed=False)
    canvas.solid(ribbon(crank, 22), metal, edge=6, roundness=0.3)
    canvas.solid(ellipse(480, 336, 28, 22), darker(metal, 0.15), edge=6)
    canvas.solid(lathe(722, [(262, 22), (290, 36), (322, 26), (334, 16)], base=6), _handle(look), edge=9, roundness=0.8)
    canvas.solid(box(296, 530, 664, 566, 12), darker(look.main, 0.18), edge=12, roundness=0.45)
    canvas.solid(box(312, 560, 648, 776, 10), look.main, edge=20, roundness=0.5)
    canvas.solid(box(290, 766, 670, 806, 12), darker(look.main, 0.18), edge=12, roundness=0.45)
    canvas.fill(box(356, 612, 604, 736, 12), darker(look.main, 0.35))
    canvas.solid(box(362, 616, 598, 730, 9), lighter(look.main, 0.1), edge=8, roundness=0.4)
    canvas.solid(ellipse(480, 674, 23), metal, edge=7, roundness=0.8)


def dripper(canvas: Canvas, look: Look) -> None:
    """A pour-over cone on a glass server with coffee in it."""
    room(canvas, look)
    ground_shadow(canvas, look, 490, 170)
    canvas.solid(ribbon(arc(640, 668, 110, 70, -85, 88), 30), _handle(look), edge=8, roundness=0.3)
    glass = lathe(490, [(548, 92), (600, 120), (680, 186), (750, 190), (788, 164)], base=18)
    canvas.solid(glass, mix(look.wall, GLASS, 0.7), edge=8, roundness=0.3)
    coffee = lathe(490, [(676, 172), (712, 182), (752, 180), (784, 156)], base=16)
    canvas.solid(coffee, COFFEE, edge=12, roundness=0.6, glint=0.3)
    canvas.fill(ellipse(490, 676, 172, 22), lighter(COFFEE, 0.2))
    canvas.tint(smooth([(352, 660), (420, 598), (432, 604), (372, 700), (362, 750), (348, 720)]), (255, 255, 255), 0.45)
    canvas.solid(ribbon(arc(640, 440, 74, 60, -100, 95), 30), darker(look.main, 0.1), edge=8, roundness=0.3)
    canvas.solid(lathe(490, [(345, 196), (430, 146), (506, 84), (520, 78)], base=8), look.main, roundness=0.85)
    canvas.solid(lathe(490, [(516, 150), (536, 150)], base=22, soft=False), look.main, edge=10, roundness=0.85)
    _opening(canvas, look.main, 490, 345, 196, 40, (222, 206, 180))
    paper = polygon([(340, 350), (372, 290), (606, 282), (640, 350), (560, 372), (420, 372)], 14)
    canvas.solid(paper, (244, 236, 220), edge=8, roundness=0.35)
    canvas.tint(ellipse(490, 348, 128, 22), COFFEE, 0.9)
    canvas.solid(lathe(490, [(352, 195), (430, 146), (506, 84), (520, 78)], base=8), look.main, roundness=0.85)
    canvas.tint(ribbon(arc(490, 352, 190, 34, 8, 172), 9), lighter(look.main, 0.5))
    if look.style == "natural":
        canvas.tint(lathe(490, [(560, 97), (598, 118)], base=12, soft=False), WALNUT)
