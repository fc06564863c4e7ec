"""Kitchen: hot drinks, pots and bowls, knives."""

from shop.demo.tables.structure import Department, Group, Model, ProductType, Style

COFFEE_AND_TEA = Group(
    "Coffee & Tea",
    "For the first cup of the day and the one after lunch.",
    (
        ProductType(
            "mug",
            (
                Model("Dipped Stoneware Mug", 18, "A stoneware mug, dipped in a second glaze, that holds 350 ml."),
                Model("Tall Latte Mug", 21, "A tall mug for 450 ml of milky coffee, with a handle for the whole hand."),
            ),
            ("mug", "cup", "coffee", "tea", "stoneware"),
            "Safe in the dishwasher and the microwave.",
            goes_with=("dripper", "teapot"),
        ),
        ProductType(
            "teapot",
            (
                Model("Banded Teapot", 46, "A round one-litre teapot with a fine strainer behind the spout."),
                Model("Everyday Teapot", 39, "A plain one-litre teapot that pours without a drip."),
            ),
            ("teapot", "tea", "pot", "brewing"),
            "Rinse it with warm water; tea dislikes soap.",
            goes_with=("mug", "candle"),
        ),
        ProductType(
            "kettle",
            (
                Model("Gooseneck Kettle", 64, "A 0.9-litre kettle with a gooseneck spout for a slow, exact pour."),
                Model("Pour-Over Kettle", 72, "A kettle with a thin spout and a counterbalanced handle for pour-over."),
            ),
            ("kettle", "pour-over", "gooseneck", "coffee", "tea"),
            "It works on gas, electric and induction hobs.",
            goes_with=("grinder", "dripper"),
        ),
        ProductType(
            "grinder",
            (
                Model("Hand Coffee Grinder", 58, "A box grinder with a steel burr that takes 40 g of beans at a time."),
                Model("Burr Coffee Mill", 66, "A burr mill with eighteen settings, from moka pot to French press."),
            ),
            ("grinder", "coffee", "mill", "beans", "burr"),
            "Brush the burr clean once a week and it will outlive its owner.",
            goes_with=("kettle", "dripper"),
        ),
        ProductType(
            "dripper",
            (
                Model("Pour-Over Set", 42, "A ceramic cone on a 600 ml glass server, with forty paper filters."),
                Model("Coffee Dripper & Server", 48, "A ribbed dripper and a heat-proof glass server for three cups."),
            ),
            ("dripper", "pour-over", "filter", "coffee", "brewer"),
            "All parts go into the dishwasher.",
            goes_with=("kettle", "grinder", "mug"),
        ),
    ),
)

COOKWARE = Group(
    "Cookware & Bowls",
    "What dinner is cooked in, and what it is eaten from.",
    (
        ProductType(
            "pan",
            (
                Model("28 cm Frying Pan", 69, "A 28 cm frying pan with a heavy base that browns evenly."),
                Model("24 cm Skillet", 59, "A 24 cm skillet with low sides, made for eggs and pancakes."),
            ),
            ("pan", "frying pan", "skillet", "cookware"),
            "Safe in the oven up to 220 °C.",
            goes_with=("pot", "board"),
        ),
        ProductType(
            "pot",
            (
                Model("Cast-Iron Casserole", 139, "An enamelled four-litre casserole that holds its heat for hours."),
                Model("Deep Stockpot", 119, "A deep six-litre pot for soups, stews and a whole bag of potatoes."),
            ),
            ("pot", "casserole", "dutch oven", "stockpot", "cookware"),
            "The enamel needs no seasoning; wash it by hand.",
            goes_with=("pan", "bowl"),
        ),
        ProductType(
            "bowl",
            (
                Model("Set of Three Bowls", 44, "Three nesting bowls for breakfast, salad and what is left of both."),
                Model("Fruit Bowl", 49, "A wide bowl that makes a still life of four oranges."),
            ),
            ("bowl", "bowls", "serving", "tableware", "ceramic"),
            "Safe in the dishwasher and the microwave.",
            goes_with=("pot", "board"),
        ),
    ),
)

KNIVES = Group(
    "Knives & Boards",
    "Sharp edges, and something good to put under them.",
    (
        ProductType(
            "knife",
            (
                Model("Chef's Knife", 84, "A 20 cm chef's knife, forged in one piece and ground thin."),
                Model("Knife Pair", 98, "A 20 cm cook's knife and a 10 cm paring knife that share one grip."),
            ),
            ("knife", "chef's knife", "blade", "cutting"),
            "Wash and dry it by hand, and hone it when it asks.",
            goes_with=("board",),
        ),
        ProductType(
            "board",
            (
                Model("Chopping Board", 38, "A 42 cm chopping board with a handle and a hole to hang it by."),
                Model("Round Serving Board", 42, "A round board that goes from the worktop straight to the table."),
            ),
            ("board", "chopping board", "cutting board", "serving"),
            "Wipe it down and oil it now and then.",
            goes_with=("knife",),
            palette="boards",
        ),
    ),
)

KITCHEN = Department(
    "Kitchen",
    "Tools for cooking, brewing and setting the table.",
    {Style.NATURAL: "Alder Ridge", Style.MINIMAL: "Osterlund", Style.BOLD: "Brightwick"},
    (COFFEE_AND_TEA, COOKWARE, KNIVES),
)
