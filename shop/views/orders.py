"""A shopper's orders."""

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.shoppers import shopper_of
from shop.orders.selectors import order_of, orders_of

PAGE_SIZE = 10


@require_safe
@never_cache
def order(request: HttpRequest, order_id: uuid.UUID) -> HttpResponse:
    """Show an order to the account, or to the visitor in the same browser, that placed it."""
    shown = order_of(shopper_of(request), order_id)
    if shown is None:
        raise Http404("No order of yours has this address.")
    return render(request, "shop/order.html", {"order": shown, "is_new": "thanks" in request.GET})


@require_safe
@never_cache
@sign_in_required("Sign in to see your orders.")
def orders(request: HttpRequest) -> HttpResponse:
    """List the account's orders, newest first."""
    user = shopper_of(request).user
    page = Paginator(orders_of(user), PAGE_SIZE).get_page(request.GET.get("page"))  # type: ignore[arg-type]
    return render(request, "shop/orders.html", {"page": page})
