"""Ways through the category tree: the menu of every page, the tiles of the home page, a category's surroundings."""

from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Q

from shop.kept_values import drop_values, kept_value
from shop.models import Category, Product

MENU_DEPTH = 2
_MENU_KEY = "shop.category_menu"
_TILES_KEY = "shop.category_tiles"
# Categories change rarely and shop/receivers.py drops the cache when they do; this is for changes that send nothing.
_SECONDS = 300


class MenuEntry(TypedDict):
    """One category of the menu. Plain values, because a cache may outlive a change of classes."""

    name: str
    url: str
    children: list["MenuEntry"]


class Tile(TypedDict):
    """One top category on the home page; `picture` is the address of its most popular product's picture, or empty."""

    name: str
    url: str
    below: list[str]
    picture: str


@dataclass(frozen=True)
class Surroundings:
    """What lies above a category (top first) and directly below it (by name)."""

    ancestors: list[Category]
    children: list[Category]


def category_menu() -> list[MenuEntry]:
    """Return the top two levels of the category tree in tree order; no query while the cache holds it."""
    return kept_value(_MENU_KEY, _read_menu, seconds=_SECONDS)


def category_tiles() -> list[Tile]:
    """Return a tile for every top category; no query while the cache holds them."""
    return kept_value(_TILES_KEY, _read_tiles, seconds=_SECONDS)


def forget_categories() -> None:
    """Drop what is cached, after categories or many products have changed."""
    drop_values(_MENU_KEY, _TILES_KEY)


def surroundings(category: Category) -> Surroundings:
    """Return the ancestors and children of a category; one query."""
    above = Q(path__in=[Category._get_basepath(category.path, depth) for depth in range(1, category.depth)])
    below = Q(path__startswith=category.path, depth=category.depth + 1)
    family = list(Category.objects.filter(above | below).order_by("path"))
    return Surroundings(
        ancestors=[node for node in family if node.depth < category.depth],
        children=[node for node in family if node.depth > category.depth],
    )


def _read_menu() -> list[MenuEntry]:
    menu: list[MenuEntry] = []
    for category in Category.objects.filter(depth__lte=MENU_DEPTH).order_by("path"):
        entry = MenuEntry(name=category.name, url=category.get_absolute_url(), children=[])
        (menu if category.depth == 1 else menu[-1]["children"]).append(entry)
    return menu


def _read_tiles() -> list[Tile]:
    below = {entry["url"]: [child["name"] for child in entry["children"]] for entry in category_menu()}
    tiles = []
    for root in Category.objects.filter(depth=1).order_by("path"):
        url = root.get_absolute_url()
        tiles.append(Tile(name=root.name, url=url, below=below.get(url, [])[:3], picture=_picture(root)))
    return tiles


def _picture(category: Category) -> str:
    pictured = Product.objects.published().in_category(category).exclude(image="", image_url="")
    product = pictured.by_popularity().only("image", "image_url").first()
    return product.picture_url if product else ""
