"""The shop's verbs, chainable."""

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.shoppers import Shopper
    from shop.models import Cart, Category, Order, Product


class ProductQuerySet(models.QuerySet["Product"]):
    """Products, narrowed step by step: `Product.objects.published().in_category(category).by_popularity()`."""

    def published(self) -> "ProductQuerySet":
        return self.filter(is_published=True)

    def purchasable(self) -> "ProductQuerySet":
        """Published, priced and in stock: what may be put into a cart and recommended."""
        return self.published().filter(price__isnull=False, stock__gt=0)

    def in_category(self, category: "Category") -> "ProductQuerySet":
        """In the category or any below it."""
        # No join: SQLite would begin with the products, all of them.
        return self.filter(category__in=type(category).objects.filter(path__startswith=category.path).values("pk"))

    def of_whole_shop(self) -> "ProductQuerySet":
        """Published, for lists that no category, brand or word narrows: says nothing new, but in words that let SQLite
        walk an index in a list's order. For a bare truth value it takes none, for a value in a list it does."""
        return self.filter(is_published__in=[True])

    def by_popularity(self) -> "ProductQuerySet":
        """Most stars first: number of ratings times mean rating."""
        return self.order_by("-rating_sum", "id")

    def for_card(self) -> "ProductQuerySet":
        """With what the product card shows, in one query."""
        return self.select_related("category")


class CartQuerySet(models.QuerySet["Cart"]):
    """Carts by owner."""

    def of_shopper(self, shopper: "Shopper") -> "CartQuerySet":
        if shopper.is_anonymous:
            return self.filter(visitor_id=shopper.id)
        return self.filter(user_id=shopper.id)


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders by owner."""

    def of_shopper(self, shopper: "Shopper") -> "OrderQuerySet":
        """The account's orders; for a visitor those placed without an account, with the same visitor id."""
        if shopper.is_anonymous:
            return self.filter(user__isnull=True, visitor_id=shopper.id)
        return self.filter(user_id=shopper.id)
