"""The demo catalogue: products composed from the tables. The same number always gives the same products."""

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import count as counting
from itertools import islice

from django.utils.text import slugify

from demo.pictures import Look
from demo.tables import DEPARTMENTS, PALETTES, Colour, Department, Group, Model, ProductType, Style

NAMESPACE = uuid.UUID("6b1f1a1e-9f0c-5f7e-8f38-5d2a52a8c0de")
DEFAULT_PRODUCTS = 300
STYLES = tuple(Style)
PRICE_FACTORS = {Style.NATURAL: 1.0, Style.MINIMAL: 1.12, Style.BOLD: 0.92}
STYLE_WORDS = {
    Style.NATURAL: ("natural", "handmade", "rustic"),
    Style.MINIMAL: ("minimal", "simple", "modern"),
    Style.BOLD: ("colourful", "bright", "playful"),
}
_SENTENCES = {
    Style.NATURAL: (
        "Made in small batches by {brand}, here {in_colour}.",
        "From {brand}, {in_colour}, with a finish that shows the hand.",
    ),
    Style.MINIMAL: (
        "{brand} leaves out whatever is not needed; shown here {in_colour}.",
        "Here {in_colour}, as quiet as everything from {brand}.",
    ),
    Style.BOLD: (
        "Here {in_colour}, because {brand} thinks that useful things may be cheerful.",
        "From {brand}, {in_colour}, and meant to be seen.",
    ),
}


@dataclass(frozen=True)
class DemoProduct:
    """One product with the traits that decide how demo shoppers treat it.

    - `key`: its name in seeds and file names.
    - `age_days`: how many days it has been for sale.
    - `appeal`: how often it is viewed; 1 is usual.
    - `quality`: its mean stars, 1 to 5.
    """

    key: str
    title: str
    description: str
    brand: str
    keywords: tuple[str, ...]
    department: Department
    group: Group
    type: ProductType
    style: Style
    colour: Colour
    model: int
    price: Decimal
    list_price: Decimal | None
    stock: int
    age_days: float
    appeal: float
    quality: float

    @cached_property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, self.key)

    @property
    def external_id(self) -> str:
        """Return the article number, as a supplier would write it."""
        return f"KD-{self.id.hex[:8].upper()}"

    @property
    def slug(self) -> str:
        return slugify(self.title)

    @property
    def look(self) -> Look:
        return Look(self.colour.main, self.colour.accent, self.colour.wall, self.style.value, self.model)

    @property
    def image_name(self) -> str:
        return f"products/demo/{self.key}.webp"


def most_products() -> int:
    """Return the number of different products in the tables."""
    return sum(
        len(product_type.models) * sum(len(colours) for colours in PALETTES[product_type.palette].values())
        for _, _, product_type in _types()
    )


def compose_catalogue(count: int = DEFAULT_PRODUCTS) -> list[DemoProduct]:
    """Return `count` products with types and styles in equal shares. A smaller catalogue is the start of a larger one.

    Raises ValueError if the tables have fewer products.
    """
    if not 1 <= count <= most_products():
        raise ValueError(f"The demo catalogue has 1 to {most_products()} products, not {count}.")
    return list(islice(_compose_all(), count))


def _types() -> list[tuple[Department, Group, ProductType]]:
    return [
        (department, group, product_type)
        for department in DEPARTMENTS
        for group in department.groups
        for product_type in group.types
    ]


def _compose_all() -> Iterator[DemoProduct]:
    """Yield all products of the tables: one of each type per round, the styles in turn."""
    for number in counting():
        for at, (department, group, product_type) in enumerate(_types()):
            style = STYLES[(number + at) % len(STYLES)]
            colours = PALETTES[product_type.palette][style]
            turn = number // len(STYLES)
            if turn < len(colours) * len(product_type.models):
                # The models swap after each round of colours, so that no pair of model and colour comes twice.
                model = (turn + turn // len(colours) + at) % len(product_type.models)
                yield _compose(
                    department,
                    group,
                    product_type,
                    style,
                    colours[(turn + at + at // len(STYLES)) % len(colours)],
                    model,
                )


def _compose(
    department: Department, group: Group, product_type: ProductType, style: Style, colour: Colour, number: int
) -> DemoProduct:
    key = f"{slugify(product_type.drawing)}-{style}-{slugify(colour.name)}-{number + 1}"
    chance = random.Random(key)
    model, brand = product_type.models[number], department.brands[style]
    price, list_price = _prices(chance, model, style)
    return DemoProduct(
        key=key,
        title=f"{brand} {model.name}, {' '.join(filter(None, (colour.name, product_type.colour_of)))}",
        description=_describe(chance, model, product_type, style, colour, brand),
        brand=brand,
        keywords=(*product_type.keywords, colour.name.lower(), *STYLE_WORDS[style][:2]),
        department=department,
        group=group,
        type=product_type,
        style=style,
        colour=colour,
        model=number,
        price=price,
        list_price=list_price,
        stock=_stock(chance, price),
        age_days=chance.uniform(1, 14) if chance.random() < 0.12 else chance.uniform(30, 240),
        appeal=chance.lognormvariate(0, 0.6),
        quality=min(4.9, max(3.1, chance.gauss(4.35, 0.35))),
    )


def _describe(
    chance: random.Random, model: Model, product_type: ProductType, style: Style, colour: Colour, brand: str
) -> str:
    part = f"with the {product_type.colour_of.lower()} in" if product_type.colour_of else "in"
    in_colour = f"{part} {colour.name.lower()}, {colour.words}"
    middle = chance.choice(_SENTENCES[style]).format(brand=brand, in_colour=in_colour)
    return f"{model.lead} {middle} {product_type.care}"


def _prices(chance: random.Random, model: Model, style: Style) -> tuple[Decimal, Decimal | None]:
    """Return the price and, for one product in six, its higher list price."""
    price = _rounded(model.price * PRICE_FACTORS[style] * chance.uniform(0.94, 1.06))
    if chance.random() > 0.16:
        return price, None
    return price, max(_rounded(float(price) / chance.uniform(0.68, 0.86)), price + 1)


def _rounded(amount: float) -> Decimal:
    """Return an amount rounded as on price tags: 4.50, 18.90, 64.00, 449.00."""
    if amount < 10:
        return Decimal(round(amount * 2)) / 2 + Decimal("0.00")
    if amount < 30:
        return Decimal(round(amount)) - Decimal("0.10")
    if amount < 150:
        return Decimal(round(amount)) + Decimal("0.00")
    return Decimal(round(amount / 10) * 10 - 1) + Decimal("0.00")


def _stock(chance: random.Random, price: Decimal) -> int:
    """Return the stock. A few products are sold out, some nearly."""
    fortune = chance.random()
    if fortune < 0.04:
        return 0
    if fortune < 0.12:
        return chance.randint(1, 4)
    return chance.randint(5, 25) if price > 200 else chance.randint(12, 140)
