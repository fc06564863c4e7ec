"""Popular products, which fill a list that ranking leaves too short."""

import uuid
from collections.abc import Collection

from recommendations.lists.context import RankingContext
from recommendations.lists.questions import Question
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
    length = 2 * count + SPARE_WITH_FACTORS if rules.has_factors else count
    popular = Product.objects.purchasable().for_card().exclude(pk__in=rules.hidden_products.union(without))
    if rules.hidden_categories:
        popular = popular.exclude(category_id__in=rules.hidden_categories)
    popular = popular.by_popularity()
    products = list(_narrowed(popular, question)[:length])
    if not products and is_empty and (question.category_id is None or not is_category(question.category_id)):
        products = list(popular.of_whole_shop().filter(category__is_sensitive=False)[:length])
    if rules.has_factors:
        products.sort(key=lambda product: -product.rating_sum * rules.factor_of(product))
    return products[:count]


def _narrowed(products: ProductQuerySet, question: Question) -> ProductQuerySet:
    """Return those of the category, else those of the product's category, else those of the whole shop."""
    if question.category_id is not None:
        path = Category.objects.filter(pk=question.category_id).values("path")
        products = products.filter(category__in=Category.objects.filter(path__startswith=path[:1]).values("pk"))
    elif question.product_id is not None:
        products = products.filter(category__in=Product.objects.filter(pk=question.product_id).values("category")[:1])
    else:
        products = products.of_whole_shop()
    return products.filter(category__is_sensitive=False) if question.is_personal else products
