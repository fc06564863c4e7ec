"""Cycling: bicycles, safety, bags and tools."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

BICYCLES = Group(
    "Bicycles",
    "For every day and most weathers.",
    (
        ProductType(
            "bicycle",
            (
                Model("City Bicycle", 849, "A steel city bicycle with eight hub gears, mudguards and a front lamp."),
                Model("Step-Through Bicycle", 899, "An upright bicycle with a low step and a basket in front."),
            ),
            ("bicycle", "bike", "city", "commuting"),
            "It arrives nine tenths assembled; the tool for the rest is in the box.",
            goes_with=("helmet", "bike_light", "pannier"),
        ),
    ),
)

SAFETY = Group(
    "Helmets & Lights",
    "To be seen, and to be safe.",
    (
        ProductType(
            "helmet",
            (
                Model("Vented Helmet", 89, "A light helmet with twelve vents and a dial at the back."),
                Model("Urban Helmet", 79, "A round helmet with a small visor that suits a coat as well as a jersey."),
            ),
            ("helmet", "cycling", "bike", "safety"),
            "It comes in three sizes and meets EN 1078.",
            goes_with=("bike_light",),
        ),
        ProductType(
            "bike_light",
            (
                Model("Light Set", 48, "A 70-lux front light and a rear light on rubber straps."),
                Model("Commuter Light Set", 58, "Front and rear lights that last for a week of dark commutes."),
            ),
            ("light", "bike light", "cycling", "safety"),
            "Both charge over USB-C.",
            goes_with=("helmet",),
        ),
    ),
)

BAGS_AND_TOOLS = Group(
    "Bags & Tools",
    "For the rack and for the shed.",
    (
        ProductType(
            "pannier",
            (
                Model("Roll-Top Pannier", 79, "A waterproof 20-litre pannier that clicks on and off the rack."),
                Model("Satchel Pannier", 98, "A satchel for the rack with buckles that hide two magnets."),
            ),
            ("pannier", "bike bag", "cycling", "bag"),
            "It fits racks with tubes from 8 to 16 mm.",
            goes_with=("bicycle", "pump"),
        ),
        ProductType(
            "pump",
            (
                Model("Floor Pump", 44, "A steel floor pump with a gauge that can be read standing up."),
                Model("Mini Pump & Levers", 29, "A pocket pump with two tyre levers for the road."),
            ),
            ("pump", "bike pump", "cycling", "tools"),
            "It fits all common valves.",
            goes_with=("pannier",),
        ),
    ),
)

CYCLING = Department(
    "Cycling",
    "Bicycles, and what goes on them.",
    {Style.NATURAL: "Millbrook Wheelworks", Style.MINIMAL: "Velund", Style.BOLD: "Marlo & Kite"},
    (BICYCLES, SAFETY, BAGS_AND_TOOLS),
)
