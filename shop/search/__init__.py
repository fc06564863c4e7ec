"""Full-text search for products, the same on SQLite and PostgreSQL."""

from django.db import connections

from shop.catalogue.models import Product, ProductQuerySet
from shop.search.index import backend_of
from shop.search.spelling import corrected
from shop.search.words import words_of

__all__ = ["corrected", "search_products"]


def search_products(query: str, products: ProductQuerySet | None = None) -> ProductQuerySet:
    """Return the published products that hold every word of the query, best match first.

    The last word also matches as the beginning of a word. Any text is safe; without a word in it nothing is found.
    Each product carries `relevance` (float, higher is better). `products` narrows where to look.
    """
    words = words_of(query)
    products = Product.objects.all() if products is None else products
    if not words:
        return products.none()
    backend = backend_of(connections[products.db])
    expression = backend.expression(words)
    return (
        products.published()
        .filter(search__document__matches=expression)
        .annotate(relevance=backend.relevance(expression))
        .order_by("-relevance", "-rating_sum", "id")
    )
