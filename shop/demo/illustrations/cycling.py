"""Bicycles, helmets, panniers, pumps."""

from functools import partial

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import BRASS, INK, OAK, RUBBER, STEEL, WALNUT, darker, lighter
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import Pairs, arc, box, ellipse, knots, polygon, ribbon, smooth, turned

REAR, FRONT, CRANK, AXLE = (262, 652), (738, 652), (462, 662), 652
WHEEL = 152
VENTS = (
    "330,470 450,388 520,380 430,450 370,540",
    "470,480 580,400 650,420 590,490 530,560",
    "620,530 700,470 740,530 700,590 650,610",
    "300,600 350,560 400,600 360,660 306,660",
)


def bicycle(canvas: Canvas, look: Look) -> None:
    """A city bicycle: with a diamond frame, or with a low step."""
    room(canvas, look)
    for x in (REAR[0], FRONT[0]):
        ground_shadow(canvas, look, x, 70, tall=1.6)
    for x in (REAR[0], FRONT[0]):
        _wheel(canvas, look, x)
    seat, head, head_low = (402, 424), (664, 392), (676, 450)
    tube = darker(look.main, 0.16)
    canvas.line([REAR, CRANK], tube, 13)
    canvas.line([REAR, (seat[0] + 8, seat[1] + 40)], tube, 12)
    canvas.line(smooth([head_low, (694, 520), (720, 600), FRONT], closed=False), tube, 15)
    if look.model == 0:
        _tube(canvas, look, [(seat[0] + 8, seat[1] + 24), (head[0] + 4, head[1] + 26)])
        _tube(canvas, look, [CRANK, head_low])
    else:
        _tube(canvas, look, smooth([(434, 560), (520, 592), (610, 520), (head[0] + 6, head[1] + 34)], closed=False))
        _tube(canvas, look, smooth([CRANK, (540, 652), (640, 560), head_low], closed=False))
    _tube(canvas, look, [CRANK, (seat[0], seat[1] - 4)])
    canvas.line([(seat[0] - 1, seat[1]), (seat[0] - 10, seat[1] - 54)], STEEL, 13)
    _tube(canvas, look, [(head[0] - 2, head[1] - 6), head_low])
    _drive(canvas)
    leather = WALNUT if look.style == "natural" else RUBBER
    saddle = smooth([(318, 352), (340, 340), (400, 350), (462, 352), (470, 362), (420, 374), (370, 384), (322, 378)])
    canvas.solid(saddle, leather, edge=9, roundness=0.3)
    canvas.line([(head[0] - 2, head[1]), (head[0] - 18, head[1] - 62)], STEEL, 12)
    bar = smooth([(646, 330), (690, 312), (716, 330), (700, 352), (640, 350), (592, 346)], closed=False)
    canvas.line(bar, darker(STEEL, 0.25), 13)
    canvas.line([(646, 350), (590, 346)], leather, 21)
    if look.model == 1:
        _basket(canvas, look)
    else:
        canvas.solid(ellipse(716, 384, 25), lighter(STEEL, 0.3), edge=7, roundness=0.5)


def _tube(canvas: Canvas, look: Look, points: Pairs) -> None:
    canvas.solid(ribbon(points, 20), look.main, edge=7, roundness=0.15, glint=0.8)


def _wheel(canvas: Canvas, look: Look, x: float) -> None:
    for degrees in range(0, 180, 15):
        spoke = turned(box(x - WHEEL, AXLE - 1.2, x + WHEEL, AXLE + 1.2), degrees, x, AXLE)
        canvas.tint(spoke, darker(STEEL, 0.15), 0.9)
    canvas.line(arc(x, AXLE, WHEEL, WHEEL, 0, 360), RUBBER if look.style != "natural" else (92, 70, 58), 19)
    canvas.line(arc(x, AXLE, WHEEL - 13, WHEEL - 13, 0, 360), lighter(STEEL, 0.3), 8)
    guard = arc(x, AXLE, WHEEL + 20, WHEEL + 20, 190 if x < 500 else 220, 330 if x < 500 else 340)
    canvas.line(guard, look.main, 11)
    canvas.solid(ellipse(x, AXLE, 15), STEEL, edge=4)


def _drive(canvas: Canvas) -> None:
    canvas.line([(REAR[0], AXLE - 12), (CRANK[0], CRANK[1] - 36)], INK, 4)
    canvas.line([(REAR[0], AXLE + 12), (CRANK[0], CRANK[1] + 36)], INK, 4)
    canvas.line(arc(*CRANK, 36, 36, 0, 360), darker(STEEL, 0.3), 10)
    canvas.line([CRANK, (504, 724)], darker(STEEL, 0.1), 12)
    canvas.solid(box(480, 718, 540, 738, 8), RUBBER, edge=5)
    canvas.solid(ellipse(*CRANK, 14), STEEL, edge=4)


def _basket(canvas: Canvas, look: Look) -> None:
    weave = OAK if look.style != "minimal" else RUBBER
    basket = polygon([(668, 352), (828, 352), (806, 472), (690, 472)], 14)
    canvas.solid(basket, weave, edge=12, roundness=0.4)
    for y in (384, 412, 440):
        canvas.tint(box(660, y, 836, y + 6), darker(weave, 0.35), 0.7, inside=basket)
    for x in range(690, 826, 22):
        canvas.tint(box(x, 350, x + 5, 474), darker(weave, 0.35), 0.5, inside=basket)
    canvas.solid(box(660, 344, 836, 362, 8), lighter(weave, 0.15), edge=5, roundness=0.3)


def helmet(canvas: Canvas, look: Look) -> None:
    """A helmet with vents (first model) or a round urban one with a visor."""
    room(canvas, look)
    ground_shadow(canvas, look, 490, 240, tall=0.5)
    for strap in ([(380, 690), (420, 796)], [(610, 690), (550, 796)], [(420, 796), (548, 796)]):
        canvas.line(strap, RUBBER, 14)
    canvas.solid(box(462, 780, 512, 812, 10), darker(STEEL, 0.4), edge=5)
    outline = "222,690 216,560 262,430 370,345 510,322 650,352 750,440 792,560 800,650 760,690 600,672 480,700 340,716"
    shell = smooth(knots(outline))
    canvas.solid(shell, look.main, edge=24, roundness=0.55)
    rim = [(224, 645), (420, 645), (600, 614), (800, 625)]
    band = ribbon(smooth(rim, closed=False), 14 if look.model == 0 else 34)
    if look.model == 0:
        for vent in (smooth(knots(text)) for text in VENTS):
            canvas.fill(vent, darker(look.main, 0.6))
            canvas.tint(ribbon(vent[30:62], 8), lighter(look.main, 0.4), 0.7)
    canvas.tint(band, look.accent, 0.95, inside=shell)
    if look.model == 1:
        for x, y in ((380, 430), (470, 404), (560, 404)):
            canvas.fill(turned(box(x - 13, y - 34, x + 13, y + 34, 13), 16, x, y), darker(look.main, 0.55))
        visor = smooth([(720, 610), (850, 630), (886, 668), (800, 690), (720, 670)])
        canvas.solid(visor, darker(look.main, 0.3), edge=9, roundness=0.3)


def pannier(canvas: Canvas, look: Look) -> None:
    """A roll-top pannier, or a bag with a flap and buckles."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 210)
    canvas.solid(ribbon(arc(500, 262, 90, 70, 180, 360), 22), RUBBER, edge=6, roundness=0.3)
    body = polygon([(310, 330), (690, 330), (716, 806), (284, 806)], 46)
    canvas.solid(body, look.main, edge=22, roundness=0.5)
    canvas.solid(
        polygon([(290, 700), (710, 700), (716, 806), (284, 806)], 40), darker(look.main, 0.35), edge=12, roundness=0.5
    )
    if look.model == 0:
        canvas.solid(box(288, 262, 712, 360, 34), darker(look.main, 0.1), edge=12, roundness=0.45)
        for x in (300, 700):
            canvas.line([(x, 320), (x + (12 if x < 500 else -12), 470)], RUBBER, 22)
            canvas.solid(box(x - 26, 430, x + 26, 484, 9), darker(STEEL, 0.45), edge=6)
        stripe = polygon([(300, 560), (706, 520), (708, 572), (296, 612)])
        canvas.tint(stripe, lighter(look.accent, 0.2), 0.95, inside=body)
        return
    leather = WALNUT if look.style != "bold" else look.accent
    flap = polygon([(298, 286), (702, 286), (716, 560), (500, 592), (284, 560)], 50)
    canvas.glow(
        polygon([(300, 320), (704, 320), (722, 580), (500, 612), (286, 580)], 50),
        darker(look.main, 0.7),
        0.5,
        10,
        inside=body,
    )
    canvas.solid(flap, lighter(look.main, 0.08), edge=18, roundness=0.45)
    for x in (390, 610):
        canvas.solid(box(x - 21, 470, x + 21, 668, 12), leather, edge=7, roundness=0.3)
        canvas.solid(box(x - 29, 590, x + 29, 634, 8), BRASS, edge=6, roundness=0.4)
        canvas.fill(box(x - 14, 602, x + 14, 622, 4), leather)


def pump(canvas: Canvas, look: Look) -> None:
    """A floor pump with its gauge, or a mini pump with levers."""
    if look.model == 1:
        _mini_pump(canvas, look)
        return
    room(canvas, look)
    ground_shadow(canvas, look, 500, 150)
    hose = smooth([(520, 700), (640, 700), (690, 560), (660, 380), (610, 330), (590, 420)], closed=False)
    canvas.line(hose, RUBBER, 17)
    canvas.solid(box(480, 250, 520, 440, 8), STEEL, edge=9, roundness=0.9)
    canvas.solid(box(470, 360, 530, 400, 10), RUBBER, edge=8, roundness=0.7)
    canvas.solid(box(450, 390, 550, 744, 18), look.main, edge=16, roundness=0.95)
    for y in (430, 690):
        canvas.tint(box(450, y, 550, y + 16), look.accent)
    grip = OAK if look.style == "natural" else RUBBER
    canvas.solid(box(330, 206, 670, 264, 29), grip, edge=13, roundness=0.3)
    canvas.solid(box(470, 200, 530, 270, 12), darker(look.main, 0.15), edge=9, roundness=0.7)
    canvas.solid(
        smooth([(330, 806), (350, 776), (440, 752), (560, 752), (650, 776), (670, 806), (500, 812)]),
        darker(STEEL, 0.45),
        edge=10,
        roundness=0.4,
    )
    canvas.solid(ellipse(500, 690, 74), darker(STEEL, 0.3), edge=9, roundness=0.4)
    canvas.fill(ellipse(500, 690, 58), (250, 246, 236))
    for degrees in range(-120, 121, 40):
        canvas.fill(turned(box(497, 638, 503, 654), degrees, 500, 690), INK)
    canvas.fill(turned(box(496, 650, 504, 696, 3), 50, 500, 690), (214, 66, 54))


def _mini_pump(canvas: Canvas, look: Look) -> None:
    flat_lay(canvas, look)

    placed = partial(turned, degrees=40)

    parts = (
        (box(440, 520, 520, 860, 26), look.main),
        (box(452, 300, 508, 530, 10), STEEL),
        (box(440, 170, 520, 320, 26), OAK if look.style == "natural" else darker(look.main, 0.3)),
    )
    for shape, _ in parts:
        drop_shadow(canvas, look, placed(shape))
    for shape, tone in parts:
        canvas.solid(placed(shape), tone, edge=13, roundness=0.6)
    for y in (570, 800):
        canvas.tint(placed(box(440, y, 520, y + 16)), look.accent)
    for x, tone in ((610, look.accent), (680, darker(look.main, 0.1))):
        lever = placed(
            smooth([(x - 22, 360), (x + 18, 350), (x + 22, 500), (x + 16, 620), (x + 34, 660), (x, 682), (x - 20, 640)])
        )
        drop_shadow(canvas, look, lever, height=0.7)
        canvas.solid(lever, tone, edge=9, roundness=0.3)
