"""The live catalogue: what may be shown now, whatever the index remembers."""

import uuid
from collections.abc import Collection

from shop.cards import published_cards
from shop.models import Category, Product
from shop.querysets import ProductQuerySet


def published_products(product_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Product]:
    """Return the products still published, by id, with their categories; one query. Purchasable or not: see below."""
    return published_cards(product_ids)


def popular_products(
    count: int,
    *,
    without: Collection[uuid.UUID] = (),
    without_categories: Collection[uuid.UUID] = (),
    category_id: uuid.UUID | None = None,
    like_product_id: uuid.UUID | None = None,
    with_sensitive: bool = True,
) -> list[Product]:
    """Return the most popular purchasable products, those of a category or of a product's category only, if given."""
    products: ProductQuerySet = Product.objects.purchasable().for_card()
    if category_id is not None:
        path = Category.objects.filter(pk=category_id).values("path")
        products = products.filter(category__in=Category.objects.filter(path__startswith=path[:1]).values("pk"))
    elif like_product_id is not None:
        products = products.filter(category__in=Product.objects.filter(pk=like_product_id).values("category")[:1])
    else:
        products = products.of_whole_shop()
    if not with_sensitive:
        products = products.filter(category__is_sensitive=False)
    if without_categories:
        products = products.exclude(category_id__in=without_categories)
    return list(products.exclude(pk__in=without).by_popularity()[:count])


def categories_of(category_ids: Collection[uuid.UUID]) -> list[Category]:
    """Return the categories that are still there, in the order of their ids as given; one query."""
    found = {category.pk: category for category in Category.objects.filter(pk__in=category_ids)}
    return [found[category_id] for category_id in category_ids if category_id in found]


def is_category(category_id: uuid.UUID) -> bool:
    """Tell whether there is such a category."""
    return Category.objects.filter(pk=category_id).exists()
