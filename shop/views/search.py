"""Search results."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.shoppers import known_shopper_id, shopper_of
from shop.listing import listing
from shop.models import Product
from shop.search import search_products
from shop.signals import search_performed, send_on_commit
from shop.views.requests import is_recorded

LONGEST_QUERY = 200
POPULAR_SHOWN = 12


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """List the products that match the words, best match first; popular ones where nothing does."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    found = listing(
        request.GET,
        search_products(query),
        with_relevance=True,
        shopper_id=known_shopper_id(request),
        address=request.path,
    )
    # Filters, sorting and paging are the same search once more.
    if query and set(request.GET) == {"q"} and is_recorded(request):
        send_on_commit(search_performed, Product, shopper_id=shopper_of(request).id, query=query)
    context = {"query": query, "listing": found}
    if not found.page.paginator.count:
        context["popular"] = Product.objects.purchasable().for_card().by_popularity()[:POPULAR_SHOWN]
    return render(request, "shop/search.html", context)
