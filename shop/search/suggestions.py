"""Suggestions while somebody types: categories, products, and a corrected spelling where nothing is found."""

from dataclasses import dataclass, field

from django.db.models import Q

from shop.catalogue.models import Category, Product
from shop.search import corrected, search_products

LEAST_LETTERS = 2
MOST_PRODUCTS = 6
MOST_CATEGORIES = 3
# Relevance to two letters says little and takes long to compute for many products. Of more matches than this, the most
# popular among the first are suggested.
MOST_RANKED = 500


@dataclass(frozen=True)
class Suggestions:
    """`corrected`: the corrected words that the suggestions are for; empty when the typed words were used."""

    categories: list[Category] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    corrected: str = ""

    def __bool__(self) -> bool:
        return bool(self.categories or self.products)


def suggestions(query: str) -> Suggestions:
    """Return suggestions for the beginning of a search, best first; none for fewer than LEAST_LETTERS letters.

    Three queries. When they find nothing, three more and those of the spelling correction.
    """
    query = " ".join(query.split())
    if len(query) < LEAST_LETTERS:
        return Suggestions()
    if matches := _matches(query):
        return matches
    correction = corrected(query)
    return _matches(correction, corrected=correction) if correction else Suggestions()


def _matches(query: str, corrected: str = "") -> Suggestions:
    named = Q(name__istartswith=query) | Q(name__icontains=f" {query}")
    fitting = search_products(query).for_card()
    some = list(fitting.order_by().values_list("pk", flat=True)[: MOST_RANKED + 1])
    if len(some) > MOST_RANKED:
        fitting = Product.objects.published().for_card().filter(pk__in=some).by_popularity()
    return Suggestions(
        categories=list(Category.objects.filter(named).order_by("depth", "path")[:MOST_CATEGORIES]),
        products=list(fitting[:MOST_PRODUCTS]) if some else [],
        corrected=corrected,
    )
