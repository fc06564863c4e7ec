"""The page of a category."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.shoppers import known_shopper_id
from shop.catalogue.lists.listing import listing
from shop.catalogue.lists.preference_order import WhichList
from shop.catalogue.models import Category, Product
from shop.catalogue.navigation import surroundings


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """List the products of a category and of those below it."""
    chosen = get_object_or_404(Category, slug=slug)
    products = Product.objects.published().in_category(chosen)
    listed = listing(
        request.GET,
        products,
        shopper_id=known_shopper_id(request),
        address=request.path,
        which=WhichList("category", chosen.pk),
    )
    context = {"category": chosen, "around": surroundings(chosen), "listing": listed}
    return render(request, "shop/category.html", context)
