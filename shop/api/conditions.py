"""`ETag`, `If-Match` and `If-None-Match`."""

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware
from django.utils.cache import get_conditional_response, set_response_etag
from django.utils.decorators import decorator_from_middleware
from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from accounts.shoppers import shopper_of
from shop.api.answers import JsonRenderer
from shop.cart.selectors import CartContents, cart_contents
from shop.cart.services import locked_cart

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


class _ConditionalAnswer(ConditionalGetMiddleware):
    """Handles HEAD like GET: these views write the whole answer, and only the server leaves its body out."""

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        if request.method != "HEAD" or not self.needs_etag(response):
            return super().process_response(request, response)
        if not response.has_header("ETag"):
            set_response_etag(response)
        return get_conditional_response(request, etag=response.get("ETag"), response=response) or response


conditional = decorator_from_middleware(_ConditionalAnswer)


def cart_etag(contents: CartContents, shown: Any) -> str:
    """Return the tag of the cart: two hashes with a dot between them.

    `If-Match` compares the first, of products and quantities; `If-None-Match` both, with prices, stock and names.
    """
    answer = hashlib.sha256(JsonRenderer().render(shown)).hexdigest()[:32]
    return f'"{_tag_of_lines(contents)}.{answer}"'


def _tag_of_lines(contents: CartContents) -> str:
    lines = ",".join(f"{item.product_id.hex}:{item.quantity}" for item in contents.items)
    return hashlib.sha256(lines.encode()).hexdigest()[:32]


def require_match(request: Request) -> None:
    """Check that If-Match names the present state of the cart, and lock the cart until the transaction ends.

    Raises PreconditionRequired without If-Match, and PreconditionFailed when it names another state. Call it in a
    transaction.
    """
    header = request.headers.get("If-Match")
    if header is None:
        raise PreconditionRequired
    shopper = shopper_of(request)
    # Every change of the cart takes this lock; without a row to lock, two first changes would both see an empty cart.
    locked_cart(shopper)
    etags = {tag.strip('"').partition(".")[0] for tag in parse_etags(header)}
    if header.strip() != "*" and _tag_of_lines(cart_contents(shopper)) not in etags:
        raise PreconditionFailed
