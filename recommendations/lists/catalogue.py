"""Popular products, which fill a list that the model cannot."""

import uuid
from collections.abc import Collection

from shop.catalogue.models import Category, Product, ProductQuerySet


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
