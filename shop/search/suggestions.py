"""What somebody may be looking for while they type: categories, products, and other words where nothing is found."""

from dataclasses import dataclass, field

from django.db.models import Q

from shop.catalogue.models import Category, Product
from shop.search import corrected, search_products

LEAST_LETTERS = 2
MOST_PRODUCTS = 6
MOST_CATEGORIES = 3
# Measuring how well each of many products fits the two letters typed so far takes long and says little: with more than
# this the most popular of so many are suggested.
MOST_RANKED = 500


@dataclass(frozen=True)
class Suggestions:
    """`corrected`: the words that may have been meant, which the others are for; empty where those typed find
    something, or nothing is near."""

    categories: list[Category] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    corrected: str = ""

    def __bool__(self) -> bool:
        return bool(self.categories or self.products)


def suggestions(query: str) -> Suggestions:
    """Return what fits the beginning of a search, best first; nothing for fewer than LEAST_LETTERS letters.

    Three queries; where those find nothing as many more, and those of the spelling.
    """
    query = " ".join(query.split())
    if len(query) < LEAST_LETTERS:
        return Suggestions()
    if found := _found(query):
        return found
    meant = corrected(query)
    return _found(meant, corrected=meant) if meant else Suggestions()


def _found(query: str, corrected: str = "") -> Suggestions:
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
