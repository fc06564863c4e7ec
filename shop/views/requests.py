"""What the views know of a request beyond Django's own."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails


class ShopRequest(HttpRequest):
    """A request after django-htmx's middleware."""

    htmx: HtmxDetails


def safe_next(request: HttpRequest, default: str) -> str:
    """Return the address in the field `next` if it is one of ours, else `default`."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return default


def is_prefetch(request: HttpRequest) -> bool:
    """Say whether the browser only fetches ahead: nobody has looked at anything then."""
    return "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))
