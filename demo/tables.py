"""The tables that the demo catalogue is composed from, read from the files in `data/`. All brands are invented.

The order of departments, groups, types and colours decides which products a catalogue of some size has.
"""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("data")
_DEPARTMENT_FILES = ("kitchen", "home", "audio", "outdoor", "cycling", "stationery", "garden", "toys")


class Style(StrEnum):
    """The taste that a brand serves; it decides colours, backdrop and price."""

    NATURAL = "natural"
    MINIMAL = "minimal"
    BOLD = "bold"


@dataclass(frozen=True)
class Colour:
    """A colour as titles name it, with its second colour and wall as #rrggbb; `words` describe it in texts."""

    name: str
    main: str
    accent: str
    wall: str
    words: str


@dataclass(frozen=True)
class Model:
    """One form of a product type. `price` is its usual price in the shop's currency, `lead` its first sentence."""

    name: str
    price: float
    lead: str


@dataclass(frozen=True)
class ProductType:
    """What one drawing shows.

    - `drawing`: the name of its file in `drawings/`.
    - `keywords`: what shoppers call it.
    - `care`: the last sentence of a description.
    - `goes_with`: drawings of the types that are bought together with it, the best first.
    - `colour_of`: the part that has the colour ("Pot"); empty for the whole.
    - `palette`: the name of its colours in `PALETTES`.
    """

    drawing: str
    models: tuple[Model, Model]
    keywords: tuple[str, ...]
    care: str
    goes_with: tuple[str, ...]
    colour_of: str = ""
    palette: str = "usual"


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


def read_table(name: str) -> dict[str, Any]:
    """Return the content of a file of `data/`."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def _department(table: dict[str, Any]) -> Department:
    brands = {Style(style): brand for style, brand in table["brands"].items()}
    groups = tuple(
        Group(group["name"], group["description"], tuple(map(_product_type, group["types"])))
        for group in table["groups"]
    )
    return Department(table["name"], table["description"], brands, groups)


def _product_type(table: dict[str, Any]) -> ProductType:
    first, second = (Model(**model) for model in table["models"])
    texts = {name: tuple(table[name]) for name in ("keywords", "goes_with")}
    return ProductType(**{**table, **texts, "models": (first, second)})


def _palettes(table: dict[str, Any]) -> dict[str, dict[Style, tuple[Colour, ...]]]:
    """Return colours by palette and style; a palette without colours for a style has the usual ones."""
    return {
        name: {style: tuple(Colour(**colour) for colour in {**table["usual"], **palette}[style]) for style in Style}
        for name, palette in table.items()
    }


DEPARTMENTS = tuple(_department(read_table(name)) for name in _DEPARTMENT_FILES)
PALETTES = _palettes(read_table("colours"))
