"""What the views know of a request beyond Django's own."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from shop.api.throttling import is_page_view_within_limits


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


def is_recorded(request: HttpRequest) -> bool:
    """Say whether what happens on a page goes into the log: not when it is only fetched ahead, and not more often than
    events of the API are taken. The page is shown either way."""
    return not is_prefetch(request) and is_page_view_within_limits(request)
