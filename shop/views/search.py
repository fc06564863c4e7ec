"""Search results, and suggestions while somebody types."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.shoppers import known_shopper_id, shopper_of
from shop.api.throttling import is_prefetch
from shop.catalogue.lists.listing import Listing, listing
from shop.catalogue.lists.preference_order import WhichList
from shop.catalogue.models import Product
from shop.search import corrected, search_products
from shop.search.suggestions import suggestions
from shop.signals import search_performed, send_on_commit

LONGEST_QUERY = 200
POPULAR_SHOWN = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """List the products that match the words, best match first.

    Without a match, list those of the corrected words, or popular products.
    """
    query = _words(request)
    listed = _listing(request, query)
    # Filters, sorting and paging repeat the same search.
    if query and set(request.GET) == {"q"} and not is_prefetch(request):
        send_on_commit(search_performed, Product, shopper_id=shopper_of(request).id, query=query)
    context = {"query": query, "typed": query, "listing": listed}
    if not listed.page.paginator.count:
        # The filters may leave nothing, not the words.
        correction = None if search_products(query).exists() else corrected(query)
        if correction and search_products(correction).exists():
            context |= {"query": correction, "listing": _listing(request, correction), "is_corrected": True}
        else:
            popular = Product.objects.purchasable().of_whole_shop().for_card().by_popularity()
            context["popular"] = popular[:POPULAR_SHOWN]
    return render(request, "shop/search.html", context)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Render the suggestions below the search field for the text typed so far."""
    query = _words(request)
    return render(request, "shop/search/_suggestions.html", {"found": suggestions(query), "query": query})


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]


def _listing(request: HttpRequest, query: str) -> Listing:
    return listing(
        request.GET,
        search_products(query),
        with_relevance=True,
        shopper_id=known_shopper_id(request),
        address=request.path,
        which=WhichList("search"),
    )
