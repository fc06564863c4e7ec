"""The JSON of a product, written by hand for lists.

REST framework's field-by-field way takes 1.4 ms of CPU for 12 products where this takes 0.1 (2.1 and 0.2 for 24; median
of 117 pairs measured in turn). ProductSerializer declares the same fields for the schema, and a test compares the two.
"""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from rest_framework.request import Request

from shop.catalogue.models import Product


class ProductJson:
    """Writes products for one request, whose scheme and host their addresses begin with."""

    def __init__(self, request: Request | HttpRequest | None) -> None:
        self._host = request.build_absolute_uri("/")[:-1] if request else ""
        self._before, self._after = _around_slug()
        self._currency: str = settings.SHOP_CURRENCY

    def write(self, product: Product) -> dict[str, Any]:
        """Return the product; its category must be selected."""
        category = product.category
        pictures = [{"url": self._address(url), "width": width} for url, width in product.pictures]
        return {
            "id": str(product.pk),
            "external_id": product.external_id,
            "title": product.title,
            "slug": product.slug,
            "brand": product.brand,
            "category": {"id": str(category.pk), "name": category.name, "slug": category.slug},
            "price": None if product.price is None else f"{product.price:.2f}",
            "list_price": None if product.list_price is None else f"{product.list_price:.2f}",
            "currency": self._currency,
            "in_stock": product.is_purchasable,
            "rating": product.rating,
            "rating_count": product.rating_count,
            "picture_url": pictures[-1]["url"] if pictures else None,
            "pictures": pictures,
            "url": f"{self._host}{self._before}{product.slug}{self._after}",
        }

    def _address(self, path: str) -> str:
        if not self._host:
            return path
        return self._host + iri_to_uri(path) if path.startswith("/") else iri_to_uri(path)


@cache
def _around_slug() -> tuple[str, str]:
    """Return what stands before and after the slug in the address of a product's page."""
    before, _, after = reverse("shop:product", args=["slug-goes-here"]).partition("slug-goes-here")
    return before, after
