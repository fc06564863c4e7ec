"""Armchairs, stools, cushions, blankets, vases."""

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import LEAF, OAK, RGB, WALNUT, WHITE, darker, lighter, mix
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


def _wood(look: Look) -> RGB:
    return {"natural": WALNUT, "minimal": (214, 190, 152)}.get(look.style, OAK)


def armchair(canvas: Canvas, look: Look) -> None:
    """An upholstered armchair on wooden legs; the second model has wings and a cushion."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 260, tall=0.5)
    wood = _wood(look)
    for x, lean in ((300, -18), (700, 18)):
        canvas.solid(
            polygon([(x - 20, 700), (x + 20, 700), (x + 10 + lean, 812), (x - 10 + lean, 812)], 6), wood, edge=8
        )
    for x in (385, 615):
        canvas.solid(polygon([(x - 14, 700), (x + 14, 700), (x + 8, 780), (x - 8, 780)], 5), darker(wood, 0.3), edge=6)
    dark = darker(look.main, 0.12)
    if look.model == 0:
        back = smooth([(270, 600), (282, 380), (330, 280), (500, 256), (670, 280), (718, 380), (730, 600), (500, 640)])
    else:
        back = polygon([(282, 640), (262, 300), (320, 236), (680, 236), (738, 300), (718, 640)], 56)
    canvas.solid(back, dark, edge=20, roundness=0.35)
    if look.model == 1:
        for x in (420, 500, 580):
            canvas.tint(ribbon([(x, 262), (x, 560)], 5), darker(look.main, 0.4), 0.55)
    seat = polygon([(300, 560), (700, 560), (712, 690), (288, 690)], 40)
    canvas.glow(box(320, 520, 680, 590), darker(look.main, 0.6), 0.4, 16, inside=back)
    canvas.solid(box(276, 620, 724, 724, 24), darker(look.main, 0.2), edge=14, roundness=0.4)
    canvas.solid(seat, look.main, edge=16, roundness=0.3)
    canvas.glow(ellipse(460, 580, 120, 10), lighter(look.main, 0.5), 0.6, 10, inside=seat)
    for side in (-1, 1):
        arm = box(500 + side * 246 - 44, 486, 500 + side * 246 + 44, 724, 42)
        canvas.solid(arm, lighter(look.main, 0.06) if side < 0 else darker(look.main, 0.05), edge=14, roundness=0.55)
    pillow = turned(box(370, 424, 536, 584, 40), -12, 450, 500)
    canvas.glow(turned(box(384, 440, 550, 596, 40), -12, 450, 500), darker(look.main, 0.7), 0.45, 12)
    canvas.solid(pillow, look.accent, edge=13, roundness=0.35)


def stool(canvas: Canvas, look: Look) -> None:
    """A round stool on three legs, or a bar stool with a foot ring."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 190, tall=0.5)
    wood = _wood(look)
    top = 470 if look.model == 0 else 330
    canvas.solid(polygon([(486, top), (514, top), (512, 772), (490, 772)], 5), darker(wood, 0.3), edge=6)
    if look.model == 1:
        canvas.line(arc(500, 650, 166, 26, 180, 360), darker(wood, 0.35), 14)
    for side in (-1, 1):
        leg = [(500 + side * 118, top), (500 + side * 150, top), (500 + side * 206, 814), (500 + side * 184, 814)]
        canvas.solid(polygon(leg, 6), wood, edge=9, roundness=0.5)
    if look.model == 1:
        canvas.line(arc(500, 650, 168, 30, 0, 180), wood, 15)
    canvas.glow(
        box(360, top + 40, 640, top + 78),
        darker(wood, 0.8),
        0.4,
        10,
        inside=polygon([(340, top), (660, top), (690, 640), (310, 640)]),
    )
    canvas.solid(
        lathe(500, [(top - 10, 196), (top + 26, 190)], base=40, soft=False), darker(wood, 0.06), edge=12, roundness=0.8
    )
    cushion = lathe(500, [(top - 50, 190), (top - 30, 206), (top - 6, 196)], base=44)
    canvas.solid(cushion, look.main, edge=14, roundness=0.75)
    canvas.solid(ellipse(500, top - 48, 192, 44), lighter(look.main, 0.16), edge=6, roundness=0.2)
    canvas.fill(ellipse(500, top - 46, 13, 6), darker(look.main, 0.3))


def cushion(canvas: Canvas, look: Look) -> None:
    """A square cushion: striped, or with rows of peaks."""
    flat_lay(canvas, look)
    outline = (
        "215,240 360,262 500,268 640,262 785,240 756,380 750,500 756,620 "
        "785,760 640,738 500,732 360,738 215,760 244,620 250,500 244,380"
    )
    cover = turned(smooth(knots(outline)), -8)
    drop_shadow(canvas, look, cover, height=1.6)
    canvas.solid(cover, look.main, edge=22, roundness=0.4)
    for shape in _stripes() if look.model == 0 else _peaks():
        canvas.tint(turned(shape, -8), look.accent, 0.9, inside=cover)
    shade = darker(look.main, 0.6)
    right, bottom = [(785, 240), (720, 500), (785, 760)], [(215, 760), (500, 715), (785, 760)]
    canvas.glow(turned(ribbon(smooth(right, closed=False), 60), -8), shade, 0.3, 30, inside=cover)
    canvas.glow(turned(ribbon(smooth(bottom, closed=False), 50), -8), shade, 0.32, 30, inside=cover)
    canvas.glow(turned(ellipse(400, 400, 110), -8), lighter(look.main, 0.8), 0.3, 60, inside=cover)
    for x, y in ((215, 240), (785, 240), (785, 760), (215, 760)):
        for degrees in (-24, 0, 24):
            thread = ribbon([(x, y), (x + (x - 500) * 0.11, y + (y - 500) * 0.11)], 7)
            canvas.tint(turned(turned(thread, degrees, x, y), -8), look.accent)
        canvas.solid(turned(ellipse(x, y, 14), -8), look.accent, edge=4, roundness=0.3)


def _stripes() -> list[Shape]:
    return [box(x, 150, x + width, 850) for x, width in ((330, 20), (372, 20), (440, 120), (610, 20), (652, 20))]


def _peaks() -> list[Shape]:
    peak = polygon([(-36, 36), (0, -36), (36, 36)], 6)
    return [moved(peak, 320 + column * 90, 400 + row * 100) for row in range(3) for column in range(5)]


def blanket(canvas: Canvas, look: Look) -> None:
    """A folded throw with fringes, or a stack of two."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 265, tall=0.3)
    layers = 4 if look.model == 0 else 6
    height = 300 / layers
    for number in range(layers):
        bottom = 802 - number * height
        tone = look.accent if look.model == 1 and number >= 3 else look.main
        width = 262 - (number % 2) * 8
        fold = box(500 - width, bottom - height - 3, 500 + width, bottom, height / 2)
        canvas.solid(fold, mix(tone, WHITE, 0.05 * (number % 2)), edge=12, roundness=0.5)
        _fold_stripes(canvas, look, fold, bottom - height, bottom, tone)
        canvas.glow(
            box(500 - width + 30, bottom - 8, 500 + width - 20, bottom + 4), darker(tone, 0.7), 0.35, 5, inside=fold
        )
    flap = polygon([(330, 496), (470, 496), (476, 700), (324, 700)], 8)
    if look.model == 0:
        canvas.glow(polygon([(340, 510), (490, 510), (494, 712), (340, 712)]), darker(look.main, 0.7), 0.4, 9)
        canvas.solid(flap, lighter(look.main, 0.12), edge=10, roundness=0.2)
        for y in (630, 654):
            canvas.tint(box(320, y, 480, y + 12), look.accent, 0.95, inside=flap)
        for x in range(332, 474, 14):
            canvas.line([(x, 700), (x - 2, 738)], lighter(look.main, 0.2), 6)


def _fold_stripes(canvas: Canvas, look: Look, fold: Shape, top: float, bottom: float, tone: RGB) -> None:
    band = look.accent if tone == look.main else look.main
    for x in (570, 600, 650):
        canvas.tint(box(x, top - 4, x + (34 if x == 600 else 12), bottom), band, 0.75, inside=fold)


def vase(canvas: Canvas, look: Look) -> None:
    """A vase with dried stems (first model) or eucalyptus."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 130)
    if look.model == 0:
        for x, y, degrees in ((400, 150, -14), (470, 110, -4), (545, 128, 7), (610, 190, 17)):
            canvas.line(smooth([(500, 460), ((500 + x) / 2, 320), (x, y + 90)], closed=False), (170, 134, 88), 7)
            head = leaf(x, y + 130, 150, 44, degrees, widest=0.4)
            canvas.solid(head, (226, 196, 146), edge=8, roundness=0.3)
        body = lathe(500, [(430, 62), (460, 52), (500, 66), (580, 150), (660, 172), (740, 140), (788, 96)], base=15)
        canvas.solid(body, look.main, edge=18, roundness=0.9)
        canvas.fill(ellipse(500, 430, 62, 15), lighter(look.main, 0.4))
        canvas.fill(ellipse(500, 432, 52, 10), darker(look.main, 0.5))
        return
    for bend, tip in ((-150, 150), (-20, 90), (130, 170)):
        stem = smooth([(500, 430), (500 + bend * 0.35, 310), (500 + bend, tip)], closed=False)
        canvas.line(stem, darker(LEAF, 0.2), 7)
        for at in range(4, len(stem) - 1, 4):
            x, y = stem[at]
            tone = mix(LEAF, (170, 190, 170), 0.25 + 0.02 * at)
            for side in (-1, 1):
                canvas.solid(leaf(x, y, 66, 44, side * 62 + bend * 0.12, widest=0.55), tone, edge=5, roundness=0.15)
    body = lathe(500, [(392, 56), (420, 50), (470, 50), (530, 88), (600, 122), (700, 128), (788, 104)], base=14)
    canvas.solid(body, look.main, edge=18, roundness=0.9)
    for y in (590, 640, 690):
        line = ribbon(arc(500, y, 150, 26, 0, 180), 9)
        canvas.tint(line, look.accent, 0.85, inside=body)
    canvas.fill(ellipse(500, 392, 56, 13), lighter(look.main, 0.4))
    canvas.fill(ellipse(500, 394, 46, 9), darker(look.main, 0.5))
