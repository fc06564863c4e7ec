"""A square to draw on: shapes in units of 0 to 1000, drawn large and reduced, so that edges come out soft."""

from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from shop.demo.illustrations.colours import RGB, darker, lighter
from shop.demo.illustrations.shapes import Pairs, Shape

SIDE = 640
OVERSAMPLING = 2
UNITS = 1000
# Blurred things have no detail: they are drawn this many times smaller.
BLUR_REDUCTION = 4

Box = tuple[int, int, int, int]


class Canvas:
    """The picture of one product while it is drawn. Later shapes cover earlier ones."""

    def __init__(self, ground: RGB) -> None:
        self._side = SIDE * OVERSAMPLING
        self._scale = self._side / UNITS
        self._image = Image.new("RGB", (self._side, self._side), ground)
        self._pen = ImageDraw.Draw(self._image)

    def picture(self) -> Image.Image:
        """Return what was drawn, RGB [SIDE x SIDE]."""
        return self._image.reduce(OVERSAMPLING)

    def begin_with(self, other: "Canvas") -> None:
        """Start from a copy of what another canvas shows."""
        self._image.paste(other._image)

    def fill(self, shape: Shape, colour: RGB) -> None:
        """Fill a shape with one flat colour."""
        self._pen.polygon((shape * self._scale).ravel().tolist(), fill=colour)

    def line(self, points: Pairs, colour: RGB, width: float) -> None:
        """Draw an open line with round ends."""
        path = [(x * self._scale, y * self._scale) for x, y in points]
        thick = max(1, round(width * self._scale))
        self._pen.line(path, fill=colour, width=thick, joint="curve")
        for x, y in (path[0], path[-1]):
            self._pen.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)

    def solid(self, shape: Shape, colour: RGB, *, edge: float = 16, roundness: float = 0.5, glint: float = 1.0) -> None:
        """Fill a shape as a lit body: darker to the right, with a crisp shaded edge there and a lit one at the left.

        edge: width of the shaded edge in units; roundness: strength of the soft shade, 0 (flat board) to 1 (cylinder);
        glint: strength of the lit edge, 0 to 1.
        """
        found = self._mask(shape)
        if found is None:
            return
        area, mask = found
        self._image.paste(colour, area, mask)
        if roundness:
            self._wash(area, mask, darker(colour, 0.55), "right", 0.62 * roundness)
            self._wash(area, mask, lighter(colour, 0.7), "left", 0.5 * roundness)
        if edge:
            step = round(edge * self._scale)
            self._image.paste(darker(colour, 0.4), area, _faded(_outside(mask, -step, -step // 3), 0.6))
            if glint:
                crescent = _outside(mask, step // 3, step // 4)
                self._image.paste(lighter(colour, 0.75), area, _faded(crescent, 0.75 * glint))

    def tint(self, shape: Shape, colour: RGB, opacity: float = 1.0, *, inside: Shape | None = None) -> None:
        """Lay a colour over a shape, only where it also lies in `inside`."""
        found = self._mask(shape)
        if found is None:
            return
        area, mask = found
        if inside is not None:
            mask = ImageChops.multiply(mask, self._mask_in(area, inside))
        self._image.paste(colour, area, _faded(mask, opacity))

    def glow(self, shape: Shape, colour: RGB, opacity: float, blur: float, *, inside: Shape | None = None) -> None:
        """Lay a blurred colour over and around a shape; `blur` is the radius in units."""
        area = self._around(shape, 2.6 * blur, BLUR_REDUCTION)
        if area is None:
            return
        size = (area[2] - area[0]), (area[3] - area[1])
        small = Image.new("L", (size[0] // BLUR_REDUCTION, size[1] // BLUR_REDUCTION))
        outline = (shape * self._scale - area[:2]) / BLUR_REDUCTION
        ImageDraw.Draw(small).polygon(outline.ravel().tolist(), fill=255)
        small = small.filter(ImageFilter.GaussianBlur(blur * self._scale / BLUR_REDUCTION))
        mask = small.resize(size, Image.Resampling.BILINEAR)
        if inside is not None:
            mask = ImageChops.multiply(mask, self._mask_in(area, inside))
        self._image.paste(colour, area, _faded(mask, opacity))

    def _wash(self, area: Box, mask: Image.Image, colour: RGB, side: str, opacity: float) -> None:
        """Lay a soft band of colour over one side of a body."""
        first, last, strengths = _band(side, round(opacity, 2))
        width, height = mask.size
        left, right = int(width * first), min(width, int(width * last) + 1)
        strength = strengths.resize((right - left, height), Image.Resampling.BILINEAR)
        part = ImageChops.multiply(mask.crop((left, 0, right, height)), strength)
        self._image.paste(colour, (area[0] + left, area[1], area[0] + right, area[3]), part)

    def _mask(self, shape: Shape) -> tuple[Box, Image.Image] | None:
        """Return where the shape lies and its mask there; None when nothing of it is on the canvas."""
        area = self._around(shape, 1.0)
        if area is None:
            return None
        return area, self._mask_in(area, shape)

    def _around(self, shape: Shape, margin: float, multiple: int = 1) -> Box | None:
        """Return the pixels around a shape, cut at the canvas, all sides a multiple of some number of pixels."""
        low, high = (shape.min(axis=0) - margin) * self._scale, (shape.max(axis=0) + margin) * self._scale
        left, top = (max(0, int(side // multiple) * multiple) for side in low)
        right, bottom = (min(self._side, (int(side // multiple) + 1) * multiple) for side in high)
        return (left, top, right, bottom) if left < right and top < bottom else None

    def _mask_in(self, area: Box, shape: Shape) -> Image.Image:
        mask = Image.new("L", (area[2] - area[0], area[3] - area[1]))
        ImageDraw.Draw(mask).polygon((shape * self._scale - area[:2]).ravel().tolist(), fill=255)
        return mask


def _faded(mask: Image.Image, opacity: float) -> Image.Image:
    return mask if opacity >= 1 else mask.point(_levels(round(opacity, 3)))


@lru_cache(maxsize=256)
def _levels(opacity: float) -> list[int]:
    return [round(level * opacity) for level in range(256)]


def _outside(mask: Image.Image, right: int, down: int) -> Image.Image:
    """Return the part of a mask that the mask itself, moved, leaves free: a crescent along one side."""
    moved = Image.new("L", mask.size)
    moved.paste(mask, (right, down))
    return ImageChops.subtract(mask, moved)


@lru_cache(maxsize=128)
def _band(side: str, opacity: float) -> tuple[float, float, Image.Image]:
    """Return where across a body (0 left, 1 right) a soft band begins and ends, and its strength there, L [1 x 256]."""
    first, last = (0.27, 1.0) if side == "right" else (0.0, 0.49)
    row = Image.new("L", (256, 1))
    across = [x / 255 for x in range(256)]
    shape = [x**1.5 if side == "right" else (1 - abs(2 * x - 1)) ** 1.4 for x in across]
    row.putdata([round(255 * opacity * level) for level in shape])
    return first, last, row
