"""The page of a product, and its form for reviews."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_first
from accounts.shoppers import shopper_of
from shop.api.throttling import is_recorded
from shop.cart.models import MOST_OF_ONE_PRODUCT
from shop.catalogue.models import Product
from shop.catalogue.navigation import surroundings
from shop.errors import ShopError
from shop.opinions.selectors import own_review, reviews_of
from shop.opinions.services import record_review
from shop.signals import product_viewed, search_result_clicked, send_on_commit
from shop.views.forms import ReviewForm
from shop.views.search import LONGEST_QUERY


@require_safe
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a product, and announce the view and the search that led to it."""
    shown = _published(slug)
    if is_recorded(request):
        _send_viewed(request, shown)
    user = shopper_of(request).user
    own = own_review(shown, user)
    context = _context(request, shown) | {"review_form": ReviewForm(instance=own), "own_review": own}
    return render(request, "shop/product.html", context)


@require_POST
def review(request: HttpRequest, slug: str) -> HttpResponse:
    """Store the signed-in shopper's review and go back to the product."""
    reviewed = _published(slug)
    back = f"{reviewed.get_absolute_url()}#reviews"
    user = shopper_of(request).user
    if user is None:
        return sign_in_first(request, "Sign in to write a review.", back)
    own = own_review(reviewed, user)
    form = ReviewForm(request.POST, instance=own)
    if not form.is_valid():
        context = _context(request, reviewed) | {"review_form": form, "own_review": own}
        return render(request, "shop/product.html", context, status=422)
    words = {name: form.cleaned_data[name] for name in ("stars", "title", "body")}
    try:
        record_review(user=user, product=reviewed, **words)
    except ShopError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Thank you, your review is online.")
    return redirect(back)


def _published(slug: str) -> Product:
    return get_object_or_404(Product.objects.published().for_card(), slug=slug)


def _context(request: HttpRequest, shown: Product) -> dict[str, Any]:
    return {
        "product": shown,
        "most": min(shown.stock, MOST_OF_ONE_PRODUCT),
        "ancestors": surroundings(shown.category).ancestors,
        "reviews": reviews_of(shown, request.GET.get("reviews")),
    }


def _send_viewed(request: HttpRequest, shown: Product) -> None:
    event = {"shopper_id": shopper_of(request).id, "product_id": shown.pk}
    send_on_commit(product_viewed, Product, **event, **_clicked_list(request))
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    if query:
        send_on_commit(search_result_clicked, Product, query=query, **event)


def _clicked_list(request: HttpRequest) -> dict[str, uuid.UUID]:
    """Return the id of the recommended list that held the link, from the address; nothing when it is no id."""
    try:
        return {"recomm_id": uuid.UUID(request.GET["list"])}
    except (KeyError, ValueError):
        return {}
