"""Outdoor: camping, packs, bottles."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

CAMPING = Group(
    "Camping",
    "For nights under cloth.",
    (
        ProductType(
            "tent",
            (
                Model("Two-Person Ridge Tent", 249, "A ridge tent for two in waxed cotton, with a sewn-in floor."),
                Model("Three-Person Dome Tent", 289, "A dome tent for three that stands by itself in six minutes."),
            ),
            ("tent", "camping", "shelter", "hiking"),
            "Poles, pegs and guy lines are in the bag.",
            goes_with=("sleeping_mat", "lantern"),
        ),
        ProductType(
            "sleeping_mat",
            (
                Model("Rolled Sleeping Mat", 59, "A 5 cm sleeping mat that inflates itself and rolls up small."),
                Model("Carry Sleeping Bag", 98, "A three-season sleeping bag with a carry strap, good to 2 °C."),
            ),
            ("sleeping mat", "sleeping bag", "camping", "bedroll"),
            "Store it loosely rolled and dry.",
            goes_with=("tent",),
        ),
        ProductType(
            "lantern",
            (
                Model("Camp Lantern", 45, "A dimmable LED lantern that lasts for three nights on one charge."),
                Model("Storm Lantern", 52, "A rain-proof lantern with a warm filament and a wire handle."),
            ),
            ("lantern", "camping", "light", "lamp"),
            "It also charges a phone.",
            goes_with=("tent", "flask"),
        ),
    ),
)

CARRYING = Group(
    "Packs & Bottles",
    "What to carry, and what to carry it in.",
    (
        ProductType(
            "backpack",
            (
                Model("Day Pack 22 L", 98, "A 22-litre day pack with a front pocket and a sleeve for a laptop."),
                Model("Roll-Top Rucksack", 129, "A 26-litre roll-top rucksack with two straps that hold anything."),
            ),
            ("backpack", "rucksack", "day pack", "bag", "hiking"),
            "The cloth sheds rain, the zips are covered.",
            goes_with=("bottle", "flask"),
        ),
        ProductType(
            "bottle",
            (
                Model("Trail Bottle 750 ml", 32, "A 750 ml steel bottle with a loop lid that hangs from any pack."),
                Model("Slim Bottle 500 ml", 28, "A slim half-litre bottle that fits a bag's side pocket."),
            ),
            ("bottle", "water bottle", "drinking", "steel", "hiking"),
            "It keeps drinks cold for a day and does not sweat.",
            goes_with=("backpack", "flask"),
        ),
        ProductType(
            "flask",
            (
                Model("Vacuum Flask 1 L", 46, "A one-litre flask with a cup for a lid, hot for sixteen hours."),
                Model("Flask & Cup", 49, "A flask with a one-hand spout and a separate cup for company."),
            ),
            ("flask", "thermos", "vacuum", "hot drinks", "hiking"),
            "The steel keeps no taste of yesterday.",
            goes_with=("backpack", "lantern"),
        ),
    ),
)

OUTDOOR = Department(
    "Outdoor",
    "For day walks and for nights away.",
    {Style.NATURAL: "Fernhollow", Style.MINIMAL: "Tindra Peak", Style.BOLD: "Marlo & Kite"},
    (CAMPING, CARRYING),
)
