"""Throttling: requests of one caller are counted in the cache, exactly across processes when that is Redis."""

import time
from typing import Any, cast

from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from accounts.callers import public_network, sender_address
from accounts.shoppers import known_visitor

PAGE_VIEWS = "events"


class ScopedThrottle(ScopedRateThrottle):
    """Limits the requests of a scope in each window of time, per account, visitor or address. No scope, no limit.

    It takes one atomic increment per request. The parent reads a list, adds to it and writes it back, so two processes
    at the same moment count one request. A view may give each request its own cost (`throttle_cost`).
    """

    suffix = ""
    seconds_left = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        scope = getattr(view, "throttle_scope", None)
        self.scope = f"{scope}{self.suffix}" if scope else None
        self.rate = self.get_rate() if self.scope else None
        ident = self.get_ident(request) if self.rate else ""
        if not ident:
            return True
        cost = view.throttle_cost(request) if hasattr(view, "throttle_cost") else 1
        return self.is_within_rate(ident, cost)

    def is_within_rate(self, ident: str, cost: int = 1) -> bool:
        """Add `cost` to the caller's count of this window, and tell whether it is within the rate."""
        self.num_requests, self.duration = self.parse_rate(self.rate)
        if not self.num_requests or not self.duration:
            return True
        now = time.time()
        self.seconds_left = self.duration - now % self.duration
        key = f"{self.cache_format % {'scope': self.scope, 'ident': ident}}:{int(now // self.duration)}"
        cache.add(key, 0, self.duration)
        try:
            return cache.incr(key, cost) <= self.num_requests
        except ValueError:  # it expired between the two calls
            cache.set(key, cost, self.duration)
            return True

    def get_ident(self, request: Any) -> str:
        """Return the caller, or "" for one without a limit.

        A visitor counts alone: those of one address (a mobile network) do not use up each other's share.
        """
        if request.user and request.user.is_authenticated:
            return str(request.user.pk)
        inner = getattr(request, "_request", request)
        return str(known_visitor(inner) or sender_address(inner))

    def wait(self) -> float:
        return self.seconds_left


class AddressThrottle(ScopedThrottle):
    """Limits all visitors of one public address together: making a new visitor costs nothing."""

    suffix = "_of_one_address"

    def get_ident(self, request: Any) -> str:
        if request.user and request.user.is_authenticated:
            return ""
        return public_network(getattr(request, "_request", request)) or ""


class PageView:
    """Stands for any page that records an event. Its limits are those of events of the API."""

    throttle_scope = PAGE_VIEWS


def is_prefetch(request: HttpRequest) -> bool:
    """Tell whether the browser only fetches ahead: nobody has looked at anything then."""
    return "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", ""))


def is_recorded(request: HttpRequest) -> bool:
    """Tell whether what happens on a page goes into the log. The page is shown either way.

    A page that is only fetched ahead is not recorded, nor are more page views than the API takes events.
    """
    if is_prefetch(request):
        return False
    # Both count, whatever the first says.
    for_caller = ScopedThrottle().allow_request(cast(Any, request), PageView)
    for_address = AddressThrottle().allow_request(cast(Any, request), PageView)
    return for_caller and for_address
