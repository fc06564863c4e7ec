"""From the cart to an order, on one page."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.shoppers import Shopper, shopper_of
from shop.cart.selectors import CartContents, cart_contents
from shop.errors import CheckoutConflict, EmptyCart
from shop.orders.models import Order
from shop.orders.services import place_order
from shop.views.forms import CheckoutForm


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def checkout(request: HttpRequest) -> HttpResponse:
    """Ask for the address and place the order."""
    if request.method == "POST":
        return _place(request)
    shopper = shopper_of(request)
    contents = cart_contents(shopper)
    if not contents.items:
        return _empty(request)
    form = CheckoutForm(initial=_initial(shopper, contents))
    return _page(request, form, contents)


def _place(request: HttpRequest) -> HttpResponse:
    shopper = shopper_of(request)
    form = CheckoutForm(request.POST)
    if not form.is_valid():
        return _page(request, form, cart_contents(shopper), status=422)
    try:
        order = place_order(
            shopper=shopper,
            checkout_key=form.cleaned_data["checkout_key"],
            address=form.address(),
            expected_total=form.cleaned_data["expected_total"],
        )
    except EmptyCart:
        return _empty(request)
    except CheckoutConflict as conflict:
        return _conflict(request, form, cart_contents(shopper), conflict)
    return redirect(f"{order.get_absolute_url()}?thanks=1")


def _conflict(
    request: HttpRequest, form: CheckoutForm, contents: CartContents, conflict: CheckoutConflict
) -> HttpResponse:
    if not contents.items:
        messages.error(request, conflict.message)
        return redirect("shop:cart")
    # The page shows the present total, so the next attempt agrees to that one, in a form of its own.
    data = request.POST.copy()
    data["checkout_key"], data["expected_total"] = str(uuid.uuid4()), str(contents.total)
    form.data = data
    return _page(request, form, contents, problems=conflict.problems, status=409)


def _page(
    request: HttpRequest,
    form: CheckoutForm,
    contents: CartContents,
    *,
    problems: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "cart": contents, "problems": problems or contents.problems}
    return render(request, "shop/checkout.html", context, status=status)


def _empty(request: HttpRequest) -> HttpResponse:
    messages.info(request, "Your cart is empty. Choose something first.")
    return redirect("shop:cart")


def _initial(shopper: Shopper, contents: CartContents) -> dict[str, Any]:
    """Return the form's initial values: the address of the shopper's last order, else the account's name and email."""
    initial: dict[str, Any] = {"checkout_key": uuid.uuid4(), "expected_total": contents.total}
    if shopper.user:
        initial |= {"full_name": shopper.user.name, "email": shopper.user.email}
    last = Order.objects.of_shopper(shopper).first()
    if last:
        initial |= {name: getattr(last, name) for name in CheckoutForm.Meta.fields}
    return initial
