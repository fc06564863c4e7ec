"""The shape of the tables: department > group > product type > model."""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """The taste a brand serves; it decides colours, backdrop and price."""

    NATURAL = "natural"
    MINIMAL = "minimal"
    BOLD = "bold"


@dataclass(frozen=True)
class Model:
    """One form a product type comes in. `price`: about what it costs, in the shop's currency."""

    name: str
    price: float
    lead: str


@dataclass(frozen=True)
class ProductType:
    """What one drawing shows.

    drawing: its name in the registry of illustrations; keywords: what shoppers call it; care: a closing sentence;
    goes_with: drawings of the types bought together with it; colour_of: the part that has the colour ("Pot");
    palette: the name of another set of colours than the style's own.
    """

    drawing: str
    models: tuple[Model, Model]
    keywords: tuple[str, ...]
    care: str
    goes_with: tuple[str, ...] = ()
    colour_of: str = ""
    palette: str = ""


@dataclass(frozen=True)
class Group:
    """A sub-category."""

    name: str
    description: str
    types: tuple[ProductType, ...]


@dataclass(frozen=True)
class Department:
    """A top category with one brand for each style."""

    name: str
    description: str
    brands: dict[Style, str]
    groups: tuple[Group, ...]
