"""Plants & Garden: plants, pots, tools."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

HOUSE_PLANTS = Group(
    "House Plants",
    "Green company for bright and shady rooms.",
    (
        ProductType(
            "houseplant",
            (
                Model("Snake Plant", 34, "A 40 cm snake plant that forgives a fortnight without water."),
                Model("Rubber Plant", 42, "A 60 cm rubber plant with broad, glossy leaves."),
            ),
            ("plant", "house plant", "indoor", "green"),
            "It is shipped in its pot, wrapped against the cold.",
            goes_with=("watering_can", "plant_pot"),
            colour_of="Pot",
        ),
        ProductType(
            "cactus",
            (
                Model("Saguaro Cactus", 26, "A young saguaro with two arms and a flower in spring."),
                Model("Barrel Cactus", 24, "A round barrel cactus that flowers when it is left in peace."),
            ),
            ("cactus", "succulent", "house plant", "indoor"),
            "Give it sun, and water once a month.",
            goes_with=("plant_pot",),
            colour_of="Pot",
        ),
    ),
)

POTS = Group(
    "Pots & Watering",
    "A home and a drink for every plant.",
    (
        ProductType(
            "plant_pot",
            (
                Model("Pot & Saucer", 29, "A 22 cm pot with a pattern of points and a saucer to match."),
                Model("Set of Three Planters", 58, "Three planters of 12, 16 and 20 cm that stand well together."),
            ),
            ("pot", "planter", "plant pot", "terracotta"),
            "Frost-proof, with a hole for drainage.",
            goes_with=("houseplant", "trowel"),
        ),
        ProductType(
            "watering_can",
            (
                Model("Watering Can 5 L", 44, "A five-litre can of powder-coated steel with a removable rose."),
                Model("Long-Spout Watering Can", 36, "A 1.2-litre can whose long spout reaches every windowsill."),
            ),
            ("watering can", "watering", "garden", "indoor"),
            "The seams are soldered and stay tight.",
            goes_with=("houseplant", "seeds"),
        ),
    ),
)

GARDEN_TOOLS = Group(
    "Seeds & Tools",
    "For beds, balconies and muddy knees.",
    (
        ProductType(
            "seeds",
            (
                Model("Sunflower Seeds", 4.5, "Forty seeds of a branching sunflower that grows to chest height."),
                Model("Carrot Seeds", 3.9, "Four hundred seeds of a sweet carrot that does well in tubs."),
            ),
            ("seeds", "garden", "sowing", "growing"),
            "Sow from April to June.",
            goes_with=("trowel", "plant_pot"),
            colour_of="Packet",
        ),
        ProductType(
            "trowel",
            (
                Model("Hand Trowel", 24, "A forged hand trowel with depth marks and a turned handle."),
                Model("Trowel & Fork", 42, "A trowel and a hand fork that hang side by side."),
            ),
            ("trowel", "garden tools", "hand tools", "digging"),
            "The steel is stainless, the handle is oiled ash.",
            goes_with=("seeds", "plant_pot"),
            colour_of="Handle",
        ),
    ),
)

GARDEN = Department(
    "Plants & Garden",
    "Plants, pots and tools, indoors and out.",
    {Style.NATURAL: "Fernhollow", Style.MINIMAL: "Osterlund", Style.BOLD: "Brightwick"},
    (HOUSE_PLANTS, POTS, GARDEN_TOOLS),
)
