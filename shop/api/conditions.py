"""`ETag`, `If-Match` and `If-None-Match`."""

import hashlib

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts.shoppers import shopper_of
from shop.models import Cart
from shop.selectors import CartContents, cart_contents

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The `ETag` of the cart as the client last saw it, or `*` for whatever is in it.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the answer the client has: 304 without a body while nothing changed.",
)


class PreconditionFailed(APIException):
    """412: the cart is another by now."""

    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "precondition_failed"
    default_detail = "The cart was changed meanwhile: read it again and decide anew."


class PreconditionRequired(APIException):
    """428: say which state of the cart is to be changed."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "precondition_required"
    default_detail = "Send the ETag of the cart you last saw as If-Match, or * for whatever is in it."


def cart_etag(contents: CartContents) -> str:
    """Return the tag of what is in the cart: products and quantities, not prices."""
    lines = ",".join(f"{item.product_id.hex}:{item.quantity}" for item in contents.items)
    return f'"{hashlib.sha256(lines.encode()).hexdigest()[:32]}"'


def require_match(request: Request) -> None:
    """Let the request go on only if it names the present state of the cart, which stays until the transaction ends.

    Raises PreconditionRequired without If-Match and PreconditionFailed when it names another. Call it in a transaction.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired
    shopper = shopper_of(request)
    # Every change of the cart takes this lock (shop/services/cart.py).
    Cart.objects.select_for_update().of_shopper(shopper).first()
    if header.strip() != "*" and cart_etag(cart_contents(shopper)) not in parse_etags(header):
        raise PreconditionFailed
