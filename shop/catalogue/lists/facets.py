"""Facets of a list of products: its brands and its range of prices."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Min

from shop.catalogue.models import ProductQuerySet


@dataclass(frozen=True)
class BrandCount:
    """A brand and its number of products in the list."""

    brand: str
    count: int


@dataclass(frozen=True)
class Facets:
    """Brands, most products first, and the lowest and highest price (None when no product has one)."""

    brands: list[BrandCount]
    lowest_price: Decimal | None
    highest_price: Decimal | None


def facets(products: ProductQuerySet, *, brands: int = 20) -> Facets:
    """Return the facets of a list of products, at most `brands` brands; two queries."""
    plain = products.order_by()
    counted = plain.exclude(brand="").values("brand").annotate(count=Count("*")).order_by("-count", "brand")[:brands]
    prices = plain.aggregate(lowest=Min("price"), highest=Max("price"))
    return Facets(
        brands=[BrandCount(row["brand"], row["count"]) for row in counted],
        lowest_price=prices["lowest"],
        highest_price=prices["highest"],
    )
