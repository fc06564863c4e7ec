"""Every drawing by name. A new product type is one function in a module of its theme and one entry here."""

from collections.abc import Callable

from PIL import Image

from shop.demo.illustrations import (
    audio,
    cooking,
    cycling,
    garden,
    home,
    hot_drinks,
    lights,
    outdoor,
    painting,
    plants,
    stationery,
    toys,
)
from shop.demo.illustrations.canvas import Canvas
from shop.demo.illustrations.scenery import Look

Drawing = Callable[[Canvas, Look], None]

_DRAWINGS: tuple[Drawing, ...] = (
    *(hot_drinks.mug, hot_drinks.teapot, hot_drinks.kettle, hot_drinks.grinder, hot_drinks.dripper),
    *(cooking.pan, cooking.pot, cooking.bowl, cooking.knife, cooking.board),
    *(lights.table_lamp, lights.pendant, lights.candle, lights.lantern, lights.bike_light),
    *(home.armchair, home.stool, home.cushion, home.blanket, home.vase),
    *(audio.headphones, audio.earbuds, audio.speaker, audio.portable_speaker, audio.turntable, audio.radio),
    *(outdoor.tent, outdoor.sleeping_mat, outdoor.backpack, outdoor.bottle, outdoor.flask),
    *(cycling.bicycle, cycling.helmet, cycling.pannier, cycling.pump),
    *(stationery.notebook, stationery.pencils, stationery.pen, painting.brushes, painting.paints),
    *(plants.houseplant, plants.cactus, garden.plant_pot, garden.watering_can, garden.seeds, garden.trowel),
    *(toys.puzzle, toys.board_game, toys.blocks, toys.train, toys.bear),
)
DRAWINGS: dict[str, Drawing] = {drawing.__name__: drawing for drawing in _DRAWINGS}


def illustrate(drawing: str, look: Look) -> Image.Image:
    """Return the picture of a product, RGB [640 x 640]; KeyError for a drawing that is not in the registry."""
    canvas = Canvas(look.wall)
    DRAWINGS[drawing](canvas, look)
    return canvas.picture()
