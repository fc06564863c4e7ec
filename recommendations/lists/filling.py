"""Popular products, which fill a list that ranking leaves too short."""

import uuid
from collections.abc import Collection

from recommendations.lists.context import RankingContext
from shop.catalogue.models import Category, Product, ProductQuerySet
from shop.catalogue.selectors import is_category

# With rules that boost or bury, so many more are looked at and put into the order the rules give them.
SPARE_WITH_FACTORS = 10


def filling_products(
    context: RankingContext, count: int, *, without: Collection[uuid.UUID], is_empty: bool
) -> list[Product]:
    """Return at most `count` popular products: of the category or like the product that is asked for, if there is one.

    - `without`: products that must not come. What rules hide does not come either.
    - `is_empty`: the list holds nothing yet. For an id that names nothing the whole shop then fills it; a category
      without anything to sell stays empty.
    """
    question, rules = context.question, context.rules
    barred = rules.hidden_products.union(without)
    length = 2 * count + SPARE_WITH_FACTORS if rules.has_factors else count
    products = popular_products(
        length,
        without=barred,
        without_categories=rules.hidden_categories,
        category_id=question.category_id,
        like_product_id=question.product_id,
        with_sensitive=not question.is_personal,
    )
    if not products and is_empty and (question.category_id is None or not is_category(question.category_id)):
        products = popular_products(
            length, without=barred, without_categories=rules.hidden_categories, with_sensitive=False
        )
    if rules.has_factors:
        products.sort(key=lambda product: -product.rating_sum * rules.factor_of(product))
    return products[:count]


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
