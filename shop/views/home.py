"""The home page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from shop.catalogue.models import Product
from shop.catalogue.navigation import category_tiles

NEWEST_SHOWN = 12


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the newest products and the category tiles; the rails of the template find their own products."""
    newest = Product.objects.purchasable().of_whole_shop().for_card().order_by("-created_at", "id")[:NEWEST_SHOWN]
    return render(request, "shop/home.html", {"newest": newest, "tiles": category_tiles()})
