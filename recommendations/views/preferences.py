"""Pages where shoppers steer their suggestions: “not interested”, liked categories, views to forget."""

import logging
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.shoppers import known_shopper_id, shopper_of
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.behaviour.selectors.preferences import chosen_categories, preferences_of
from recommendations.behaviour.services.interactions import dismiss_product, take_back_dismissal
from recommendations.behaviour.services.preferences import (
    ChoiceRefused,
    choose_categories,
    clear_viewed,
    take_back_choice,
)
from recommendations.views.forms import CategoryChoiceForm
from shop.catalogue.models import Product

logger = logging.getLogger(__name__)


def needs_log(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send the shopper home with a message while the behaviour database is away; a request of htmx reloads the page."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BEHAVIOUR_DATABASE_ERRORS:
            logger.exception("The behaviour database is away: %s", view.__name__)
            messages.error(request, "What you told us cannot be reached right now. Please try again in a minute.")
            if getattr(request, "htmx", False):
                return HttpResponse(status=503, headers={"HX-Refresh": "true"})
            return redirect("shop:home")

    return guarded


@require_safe
@never_cache
@needs_log
def preferences(request: HttpRequest) -> HttpResponse:
    """Show the parts of the shopper's past that suggestions follow from, each with a way to change it."""
    return render(request, "recommendations/preferences.html", {"known": preferences_of(known_shopper_id(request))})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs_log
def categories(request: HttpRequest) -> HttpResponse:
    """Choose liked categories; the next page follows them."""
    chosen = [category.pk for category in chosen_categories(known_shopper_id(request))]
    form = CategoryChoiceForm(request.POST if request.method == "POST" else None, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        try:
            choose_categories(shopper_id=shopper_of(request).id, category_ids=form.cleaned_data["categories"])
        except ChoiceRefused as error:
            form.add_error("categories", str(error))
        else:
            messages.success(request, "Thank you. The suggestions below start from your choice.")
            return redirect("shop:home")
    status = 422 if request.method == "POST" else 200
    return render(request, "recommendations/categories.html", {"form": form, "chosen": chosen}, status=status)


@require_POST
@needs_log
def forget_categories(request: HttpRequest) -> HttpResponse:
    """Take the whole choice back."""
    take_back_choice(shopper_id=shopper_of(request).id)
    messages.success(request, "Your choice of categories is taken back.")
    return redirect("recommendations:preferences")


@require_POST
@needs_log
def forget_viewed(request: HttpRequest) -> HttpResponse:
    """Forget what the shopper looked at, in the list and for suggestions."""
    clear_viewed(shopper_id=shopper_of(request).id)
    messages.success(request, "What you looked at is forgotten. Your cart, orders and ratings still count.")
    return redirect("recommendations:preferences")


@require_POST
@needs_log
def not_interested(request: HttpRequest, product_id: uuid.UUID) -> HttpResponse:
    """Never show the product in recommendations again; answer with the tile that offers to undo."""
    product = get_object_or_404(Product.objects.published().for_card(), pk=product_id)
    dismiss_product(shopper_id=shopper_of(request).id, product_id=product.pk)
    return _answer(request, "recommendations/_dismissed.html", product)


@require_POST
@needs_log
def undo_not_interested(request: HttpRequest, product_id: uuid.UUID) -> HttpResponse:
    """Take that back; answer with the product's card and its button."""
    product = get_object_or_404(Product.objects.published().for_card(), pk=product_id)
    take_back_dismissal(shopper_id=shopper_of(request).id, product_id=product.pk)
    return _answer(request, "recommendations/_restored.html", product)


def _answer(request: HttpRequest, template: str, product: Product) -> HttpResponse:
    """Answer htmx with the piece of page it asked for, and others with the page where the button was."""
    if getattr(request, "htmx", False):
        return render(request, template, {"product": product})
    origin = request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure())
    return redirect(origin if allowed else "shop:home")
