"""Requests as the views take them."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails


class ShopRequest(HttpRequest):
    """A request after django-htmx's middleware."""

    htmx: HtmxDetails


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the address in the field `next` if it is on this host, else `default`."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return default
