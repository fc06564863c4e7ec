"""Navigation of the category tree: the menu of every page, the tiles of the home page, a category's surroundings."""

from dataclasses import dataclass
from typing import TypedDict

from django.db.models import Exists, OuterRef, Q, QuerySet

from shop.catalogue.models import Category, Product
from shop.catalogue.stale_cache import cached_value, drop_cached_values

MENU_DEPTH = 2
_MENU_KEY = "shop.category_menu"
_TILES_KEY = "shop.category_tiles"
_OFFERED_KEY = "shop.offered_categories"
# With fewer categories on the top level, the choice offers the next one.
LEAST_OFFERED = 3
MOST_OFFERED = 36
# The fields of a product that decide which categories are offered, and their pictures. Popularity may lag behind.
NAVIGATION_FIELDS = frozenset({"is_published", "category", "category_id", "image", "image_url"})
# shop/receivers.py drops the cache after a change. This is for changes that send no signal.
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


class OfferedCategory(Tile):
    """A category a shopper may say they like; `id` is a UUID as text."""

    id: str
    slug: str


@dataclass(frozen=True)
class Surroundings:
    """The ancestors of a category (top first) and its children (by name)."""

    ancestors: list[Category]
    children: list[Category]


def category_menu() -> list[MenuEntry]:
    """Return the top two levels of the category tree in tree order; no query while the cache holds it."""
    return cached_value(_MENU_KEY, _read_menu, seconds=_SECONDS)


def category_tiles() -> list[Tile]:
    """Return a tile for every top category; no query while the cache holds them."""
    return cached_value(_TILES_KEY, _read_tiles, seconds=_SECONDS)


def offered_categories() -> list[OfferedCategory]:
    """Return the categories to choose from, in tree order; no query while the cache holds them.

    They are the categories with published products of the first level that has LEAST_OFFERED of them, at most
    MOST_OFFERED.
    """
    return cached_value(_OFFERED_KEY, _read_offered, seconds=_SECONDS)


def with_products(categories: "QuerySet[Category]") -> "QuerySet[Category]":
    """Return the categories that have a published product in or below them."""
    inside = Product.objects.published().filter(category__path__startswith=OuterRef("path"))
    return categories.filter(Exists(inside))


def forget_categories() -> None:
    """Drop the cached categories, after they or many products have changed."""
    drop_cached_values(_MENU_KEY, _TILES_KEY, _OFFERED_KEY)


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
    below = _names_below()
    return [_tile(root, below) for root in Category.objects.filter(depth=1).order_by("path")]


def _read_offered() -> list[OfferedCategory]:
    below = _names_below()
    offered: list[Category] = []
    for depth in range(1, MENU_DEPTH + 1):
        level = with_products(Category.objects.filter(depth=depth)).order_by("path")[:MOST_OFFERED]
        offered = max(offered, list(level), key=len)
        if len(offered) >= LEAST_OFFERED:
            break
    return [OfferedCategory(**_tile(category, below), id=str(category.pk), slug=category.slug) for category in offered]


def _names_below() -> dict[str, list[str]]:
    return {entry["url"]: [child["name"] for child in entry["children"]] for entry in category_menu()}


def _tile(category: Category, below: dict[str, list[str]]) -> Tile:
    url = category.get_absolute_url()
    return Tile(name=category.name, url=url, below=below.get(url, [])[:3], picture=_picture(category))


def _picture(category: Category) -> str:
    pictured = Product.objects.published().in_category(category).exclude(image="", image_url="")
    product = pictured.by_popularity().only("image", "image_url").first()
    return product.picture_url if product else ""
