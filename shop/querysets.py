"""The catalogue's verbs, chainable."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from shop.models.catalogue import Category, Product


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, narrowed step by step: `Product.objects.published().in_category(category).by_popularity()`."""

    def published(self) -> "ProductQuerySet":
        return self.filter(is_published=True)

    def purchasable(self) -> "ProductQuerySet":
        """Published, priced and in stock: what may be put into a cart and recommended."""
        return self.published().filter(price__isnull=False, stock__gt=0)

    def in_category(self, category: "Category") -> "ProductQuerySet":
        """In the category or any below it."""
        return self.filter(category__path__startswith=category.path)

    def by_popularity(self) -> "ProductQuerySet":
        """Most stars first: number of ratings times mean rating."""
        return self.order_by("-rating_sum", "id")

    def for_card(self) -> "ProductQuerySet":
        """With what the product card shows, in one query."""
        return self.select_related("category")
