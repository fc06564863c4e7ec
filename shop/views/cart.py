"""The cart. Every change works as a plain form; with htmx the answer holds only the changed parts."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django_htmx.middleware import HtmxDetails

from accounts.shoppers import shopper_of
from shop.cart.selectors import cart_contents
from shop.cart.services import add_to_cart, remove_from_cart, set_quantity
from shop.catalogue.models import Product
from shop.errors import ShopError
from shop.views.forms import QuantityForm

POPULAR_SHOWN = 12


class ShopRequest(HttpRequest):
    """A request after django-htmx's middleware."""

    htmx: HtmxDetails


@require_safe
@never_cache
def cart(request: ShopRequest) -> HttpResponse:
    """Show what is in the cart; popular products where it is empty."""
    contents = cart_contents(shopper_of(request))
    context: dict[str, Any] = {"cart": contents}
    if not contents.items:
        context["popular"] = Product.objects.purchasable().of_whole_shop().for_card().by_popularity()[:POPULAR_SHOWN]
    return render(request, "shop/cart.html", context)


@require_POST
def add(request: ShopRequest, product_id: uuid.UUID) -> HttpResponse:
    """Put a product into the cart: one piece, or as many as the field `quantity` says."""
    form = QuantityForm({"quantity": request.POST.get("quantity", "1")})
    try:
        item = add_to_cart(shopper=shopper_of(request), product_id=product_id, quantity=_quantity(form))
    except ShopError as error:
        return _refused(request, error)
    if request.htmx:
        return render(request, "shop/cart/_added.html", {"item": item})
    messages.success(request, f"“{item.product.title}” is in your cart.")
    return redirect(safe_next(request, reverse("shop:cart")))


@require_POST
def update(request: ShopRequest, product_id: uuid.UUID) -> HttpResponse:
    """Set how many of a product are in the cart; 0 takes it out."""
    try:
        quantity = _quantity(QuantityForm(request.POST))
        if quantity == 0:
            return remove(request, product_id)
        set_quantity(shopper=shopper_of(request), product_id=product_id, quantity=quantity)
    except ShopError as error:
        return _changed(request, refusal=error.message)
    return _changed(request)


@require_POST
def remove(request: ShopRequest, product_id: uuid.UUID) -> HttpResponse:
    """Take a product out of the cart and offer to put it back."""
    removed = remove_from_cart(shopper=shopper_of(request), product_id=product_id)
    return _changed(request, removed=removed)


def _quantity(form: QuantityForm) -> int:
    """Return the quantity of a form; raises ShopError with the form's own words when it is invalid."""
    if not form.is_valid():
        raise ShopError(" ".join(str(error) for errors in form.errors.values() for error in errors))
    return form.total()


def _changed(request: ShopRequest, **context: Any) -> HttpResponse:
    """Show the changed cart, with a refusal or the `removed` line."""
    if request.htmx:
        contents = cart_contents(shopper_of(request))
        return render(request, "shop/cart/_changed.html", context | {"cart": contents})
    if context.get("refusal"):
        messages.error(request, context["refusal"])
    elif context.get("removed"):
        messages.info(request, f"“{context['removed'].title}” was removed from your cart.")
    return redirect("shop:cart")


def _refused(request: ShopRequest, error: ShopError) -> HttpResponse:
    if request.htmx:
        return render(request, "shop/cart/_refused.html", {"message": error.message}, status=409)
    messages.error(request, error.message)
    return redirect(safe_next(request, reverse("shop:cart")))


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the address in the field `next` if it is on this host, else `default`."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return default
