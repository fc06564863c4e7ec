"""Small htmx actions on recommended products: “not interested”, and taking it back."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.shoppers import shopper_of
from recommendations.services.interactions import dismiss_product, take_back_dismissal
from shop.models import Product


@require_POST
def not_interested(request: HttpRequest, product_id: uuid.UUID) -> HttpResponse:
    """Never show the product in recommendations again; answers with the tile that offers to undo."""
    product = get_object_or_404(Product.objects.published().for_card(), pk=product_id)
    dismiss_product(shopper_id=shopper_of(request).id, product_id=product.pk)
    return _answer(request, "recommendations/_dismissed.html", product)


@require_POST
def undo_not_interested(request: HttpRequest, product_id: uuid.UUID) -> HttpResponse:
    """Take it back; answers with the product's card and its button."""
    product = get_object_or_404(Product.objects.published().for_card(), pk=product_id)
    take_back_dismissal(shopper_id=shopper_of(request).id, product_id=product.pk)
    return _answer(request, "recommendations/_restored.html", product)


def _answer(request: HttpRequest, template: str, product: Product) -> HttpResponse:
    """The piece of page htmx asked for; without htmx the shopper goes back to where the button was."""
    if getattr(request, "htmx", False):
        return render(request, template, {"product": product})
    origin = request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(origin, {request.get_host()}, require_https=request.is_secure())
    return redirect(origin if allowed else "shop:home")
