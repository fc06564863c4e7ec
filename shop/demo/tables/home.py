"""Home & Living: light, seats, textiles, small things for a shelf."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

LIGHTING = Group(
    "Lighting",
    "Warm light where it is wanted.",
    (
        ProductType(
            "table_lamp",
            (
                Model("Linen-Shade Table Lamp", 89, "A table lamp with a glazed foot and a shade of washed linen."),
                Model("Mushroom Lamp", 109, "A dimmable lamp whose dome throws a calm pool of light."),
            ),
            ("lamp", "table lamp", "light", "bedside"),
            "It takes an E27 bulb; a warm LED is in the box.",
            goes_with=("armchair", "candle"),
        ),
        ProductType(
            "pendant",
            (
                Model("Bell Pendant", 119, "A spun-metal pendant, 38 cm across, for over the dining table."),
                Model("Half-Moon Pendant", 134, "An opal glass globe that sits in a coloured half shade."),
            ),
            ("pendant", "lamp", "ceiling light", "dining"),
            "The textile cord is two metres long and can be shortened.",
            goes_with=("stool",),
        ),
    ),
)

SEATING = Group(
    "Seating",
    "Places to sit down and stay.",
    (
        ProductType(
            "armchair",
            (
                Model("Lounge Armchair", 449, "A deep armchair on solid legs, upholstered in a hard-wearing weave."),
                Model("Channel-Back Armchair", 519, "An armchair with a stitched back that is higher than it looks."),
            ),
            ("armchair", "chair", "seat", "furniture"),
            "The cover comes off and can be washed at 30 °C.",
            goes_with=("cushion", "blanket", "table_lamp"),
        ),
        ProductType(
            "stool",
            (
                Model("Padded Stool", 95, "A three-legged stool with a firm round pad."),
                Model("Bar Stool", 129, "A 68 cm bar stool with a foot ring in the right place."),
            ),
            ("stool", "seat", "bar stool", "furniture"),
            "It comes in two parts and needs one screwdriver.",
            goes_with=("pendant",),
        ),
    ),
)

TEXTILES = Group(
    "Textiles",
    "Soft things for sofas, chairs and beds.",
    (
        ProductType(
            "cushion",
            (
                Model("Striped Cushion", 36, "A 50 × 50 cm cushion in woven stripes, with a tassel at each corner."),
                Model("Peaks Cushion", 39, "A 50 × 50 cm cushion with three rows of embroidered peaks."),
            ),
            ("cushion", "pillow", "throw pillow", "sofa"),
            "Cover and filling are washable.",
            goes_with=("blanket", "armchair"),
        ),
        ProductType(
            "blanket",
            (
                Model("Fringed Throw", 74, "A 130 × 180 cm throw in brushed wool with a hand-knotted fringe."),
                Model("Pair of Cotton Blankets", 82, "Two light cotton blankets for the cool end of a summer evening."),
            ),
            ("blanket", "throw", "wool", "sofa"),
            "Air it often and wash it seldom.",
            goes_with=("cushion",),
        ),
    ),
)

DECORATION = Group(
    "Vases & Candles",
    "For the shelf, the table and the windowsill.",
    (
        ProductType(
            "vase",
            (
                Model("Belly Vase", 52, "A round-bellied vase with a narrow neck, made for a few tall stems."),
                Model("Ringed Vase", 46, "A slim vase with three drawn rings and room for a small bunch."),
            ),
            ("vase", "flowers", "ceramic", "decoration"),
            "It is glazed inside and watertight.",
            goes_with=("candle",),
        ),
        ProductType(
            "candle",
            (
                Model("Scented Candle", 28, "A soy candle in a ceramic jar that burns for about forty hours."),
                Model("Taper Trio", 34, "Three slow-burning tapers with their turned holders."),
            ),
            ("candle", "scented", "candlelight", "decoration"),
            "Trim the wick to 5 mm before each burning.",
            goes_with=("vase", "table_lamp"),
        ),
    ),
)

HOME = Department(
    "Home & Living",
    "Light, seats and soft things for rooms that are lived in.",
    {Style.NATURAL: "Alder Ridge", Style.MINIMAL: "Osterlund", Style.BOLD: "Sol & Saffron"},
    (LIGHTING, SEATING, TEXTILES, DECORATION),
)
