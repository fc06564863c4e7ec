"""Table lamps, pendant lamps, candles, camping lanterns, bicycle lights."""

from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.colours import BRASS, INK, RGB, RUBBER, STEEL, WHITE, darker, lighter, mix
from shop.demo.illustrations.scenery import Look, drop_shadow, flat_lay, ground_shadow, room
from shop.demo.illustrations.shapes import arc, box, ellipse, knots, lathe, polygon, ribbon, smooth, turned

GLOW = (255, 224, 150)


def _metal(look: Look) -> RGB:
    return {"natural": BRASS, "minimal": RUBBER}.get(look.style, look.accent)


def table_lamp(canvas: Canvas, look: Look) -> None:
    """A table lamp: fabric shade on a turned foot, or a mushroom lamp."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 130)
    if look.model == 0:
        canvas.glow(ellipse(500, 420, 330, 260), GLOW, 0.5, 90)
        foot = lathe(500, [(520, 24), (560, 60), (640, 112), (710, 118), (770, 84), (792, 92)], base=14)
        canvas.solid(box(486, 440, 514, 540), _metal(look), edge=6, roundness=0.8)
        canvas.solid(foot, look.main, roundness=0.9)
        shade = polygon([(390, 190), (610, 190), (700, 470), (300, 470)], 14)
        canvas.solid(shade, mix((250, 238, 214), look.accent, 0.35), edge=16, roundness=0.5)
        canvas.glow(ellipse(500, 430, 150, 70), (255, 236, 184), 0.75, 50, inside=shade)
        canvas.tint(polygon([(395, 190), (605, 190), (609, 204), (391, 204)]), look.main)
        canvas.tint(polygon([(306, 452), (694, 452), (700, 470), (300, 470)]), look.main)
    else:
        canvas.glow(ellipse(500, 520, 330, 250), GLOW, 0.5, 90)
        canvas.solid(
            lathe(500, [(480, 62), (640, 68), (740, 92), (788, 132)], base=18), lighter(look.main, 0.12), roundness=0.9
        )
        canvas.glow(
            ellipse(500, 500, 130, 60),
            (255, 240, 200),
            0.9,
            30,
            inside=lathe(500, [(480, 62), (640, 68), (740, 92)], base=10),
        )
        dome = lathe(500, [(270, 40), (300, 150), (370, 232), (470, 268), (500, 262)], base=30)
        canvas.solid(dome, look.main, edge=20, roundness=0.85)
        canvas.fill(ellipse(500, 500, 250, 28), (255, 238, 196))


def pendant(canvas: Canvas, look: Look) -> None:
    """A lamp that hangs from the ceiling: a bell, or a globe in a half shade."""
    room(canvas, look)
    canvas.glow(polygon([(330, 560), (670, 560), (860, 1000), (140, 1000)]), GLOW, 0.42, 50)
    canvas.line([(500, -20), (500, 260)], INK, 9)
    canvas.solid(lathe(500, [(236, 20), (250, 34), (300, 40)], base=8, soft=False), _metal(look), edge=7, roundness=0.8)
    if look.model == 0:
        canvas.fill(ellipse(500, 560, 232, 36), darker(look.main, 0.4))
        canvas.solid(ellipse(500, 568, 66), (255, 240, 200), edge=0, roundness=0)
        canvas.glow(ellipse(500, 570, 70), (255, 246, 220), 0.9, 24)
        canvas.solid(
            lathe(500, [(292, 40), (320, 96), (400, 168), (500, 224), (556, 236)], base=8),
            look.main,
            edge=18,
            roundness=0.85,
        )
        canvas.fill(ellipse(500, 560, 236, 26), lighter(look.main, 0.35))
        canvas.fill(ellipse(500, 561, 224, 19), (255, 234, 184))
        canvas.glow(ellipse(500, 562, 130, 12), WHITE, 0.9, 8)
    else:
        globe = ellipse(500, 470, 170)
        canvas.glow(globe, GLOW, 0.55, 70)
        canvas.solid(globe, (255, 242, 212), edge=14, roundness=0.25)
        canvas.glow(ellipse(480, 480, 80), WHITE, 0.9, 40, inside=globe)
        canvas.solid(
            lathe(500, [(290, 36), (310, 110), (360, 172), (440, 202), (462, 204)], base=36),
            look.main,
            edge=16,
            roundness=0.85,
        )


def candle(canvas: Canvas, look: Look) -> None:
    """A burning candle in a glass jar, or three tapers in their holders."""
    room(canvas, look)
    if look.model == 0:
        ground_shadow(canvas, look, 500, 165)
        canvas.glow(ellipse(500, 400, 240, 220), GLOW, 0.55, 80)
        jar = lathe(500, [(450, 176), (700, 176), (772, 172), (790, 160)], base=20)
        canvas.solid(jar, look.main, roundness=0.8)
        canvas.fill(ellipse(500, 450, 176, 40), lighter(look.main, 0.45))
        canvas.fill(ellipse(500, 453, 162, 32), (246, 234, 208))
        canvas.glow(ellipse(500, 456, 80, 16), GLOW, 0.9, 14, inside=ellipse(500, 453, 162, 32))
        canvas.solid(box(410, 570, 590, 720, 10), (250, 244, 230), edge=5, roundness=0.3)
        canvas.fill(ellipse(500, 622, 30), look.accent)
        canvas.fill(box(446, 672, 554, 680, 4), INK)
        canvas.fill(box(466, 692, 534, 699, 3), mix(INK, WHITE, 0.5))
        _flame(canvas, 500, 446, 1.15)
        return
    ground_shadow(canvas, look, 500, 250, tall=0.3)
    for x, top in ((330, 420), (500, 300), (670, 370)):
        canvas.glow(ellipse(x, top - 60, 90), GLOW, 0.5, 50)
        canvas.solid(
            lathe(x, [(top, 24), (740, 27)], base=6, soft=False), mix(look.main, WHITE, 0.12), edge=10, roundness=0.8
        )
        canvas.fill(ellipse(x, top, 24, 8), lighter(look.main, 0.5))
        canvas.solid(
            lathe(x, [(716, 40), (740, 38), (762, 30), (780, 62), (794, 78)], base=10),
            _metal(look),
            edge=9,
            roundness=0.9,
        )
        _flame(canvas, x, top, 0.85)


def _flame(canvas: Canvas, x: float, y: float, size: float) -> None:
    canvas.line([(x, y), (x + 2, y - 24 * size)], INK, 7)
    flame = smooth(
        [
            (x, y - 140 * size),
            (x + 32 * size, y - 70 * size),
            (x + 22 * size, y - 22 * size),
            (x, y - 10 * size),
            (x - 24 * size, y - 24 * size),
            (x - 28 * size, y - 68 * size),
        ]
    )
    canvas.glow(flame, (255, 206, 110), 0.9, 16)
    canvas.fill(flame, (250, 178, 66))
    inner = smooth(
        [
            (x + 1, y - 96 * size),
            (x + 16 * size, y - 54 * size),
            (x + 10 * size, y - 24 * size),
            (x - 10 * size, y - 24 * size),
            (x - 13 * size, y - 52 * size),
        ]
    )
    canvas.fill(inner, (255, 236, 176))


def lantern(canvas: Canvas, look: Look) -> None:
    """A camping lantern with a wire handle."""
    room(canvas, look)
    ground_shadow(canvas, look, 500, 150)
    canvas.glow(ellipse(500, 560, 300, 260), GLOW, 0.5, 90)
    canvas.line(arc(500, 360, 150, 190, 180, 360), darker(STEEL, 0.25), 14)
    canvas.solid(lathe(500, [(286, 40), (300, 84), (350, 104), (362, 150)], base=16), look.main, edge=14, roundness=0.9)
    canvas.solid(
        lathe(500, [(360, 156), (398, 158)], base=20, soft=False), darker(look.main, 0.15), edge=10, roundness=0.9
    )
    glass = lathe(500, [(410, 118), (460, 150), (540, 158), (620, 148), (668, 120)], base=14)
    canvas.solid(glass, (255, 238, 196), edge=12, roundness=0.2)
    canvas.glow(ellipse(500, 555, 62, 80), WHITE, 0.95, 34, inside=glass)
    canvas.solid(box(486, 500, 514, 640, 12), (255, 206, 120), edge=0, roundness=0)
    for x in (-150, -70, 70, 150):
        canvas.line([(500 + x, 404), (500 + x * 1.03, 670)], darker(look.main, 0.2), 11)
    canvas.solid(
        lathe(500, [(656, 150), (676, 160), (720, 164), (782, 172), (792, 170)], base=18),
        look.main,
        edge=16,
        roundness=0.9,
    )
    canvas.solid(ellipse(500, 738, 28), look.accent, edge=8, roundness=0.6)
    canvas.fill(box(496, 716, 504, 738, 3), INK)


def bike_light(canvas: Canvas, look: Look) -> None:
    """A front light on its bracket and a red rear light beside it."""
    flat_lay(canvas, look)
    canvas.glow(polygon([(330, 340), (330, 560), (-60, 720), (-60, 180)]), GLOW, 0.5, 40)
    strap = ribbon(arc(540, 590, 84, 96, -30, 210), 40)
    body = smooth(knots("330,345 420,320 600,330 690,372 712,440 690,520 600,560 420,572 330,550"))
    for shape in (strap, body):
        drop_shadow(canvas, look, shape, height=1.2)
    canvas.solid(strap, RUBBER, edge=10, roundness=0.3)
    canvas.solid(body, look.main, edge=18, roundness=0.5)
    canvas.solid(box(290, 312, 372, 580, 34), darker(STEEL, 0.15), edge=12, roundness=0.6)
    canvas.solid(box(268, 332, 318, 560, 22), (255, 244, 206), edge=8, roundness=0.2)
    canvas.glow(box(270, 380, 300, 510), WHITE, 0.95, 14)
    canvas.solid(box(520, 348, 620, 384, 18), darker(look.main, 0.25), edge=6, roundness=0.3)
    for x in (450, 490, 530):
        canvas.line([(x + 60, 470), (x + 46, 530)], darker(look.main, 0.3), 10)
    rear = turned(box(690, 650, 800, 820, 36), 12, 745, 735)
    drop_shadow(canvas, look, rear)
    canvas.solid(rear, RUBBER, edge=10, roundness=0.3)
    lens = turned(box(708, 668, 782, 802, 26), 12, 745, 735)
    canvas.solid(lens, (216, 58, 52), edge=8, roundness=0.4)
    canvas.glow(turned(ellipse(745, 735, 16, 40), 12, 745, 735), (255, 170, 150), 0.95, 12, inside=lens)
