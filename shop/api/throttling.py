"""Limits on how often one caller may call: counted in the cache, so exact across processes when that is Redis."""

import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import ScopedRateThrottle

from accounts.shoppers import known_visitor


class ScopedThrottle(ScopedRateThrottle):
    """So many requests of a scope in each window of time, per account, visitor or address; nothing without a scope.

    One atomic increment per request, where the parent reads a list, adds to it and writes it back: two processes that
    do so at the same moment count one request.
    """

    seconds_left = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = getattr(view, self.scope_attr, None)
        self.rate = self.get_rate() if self.scope else None
        self.num_requests, self.duration = self.parse_rate(self.rate)
        if not self.num_requests or not self.duration:
            return True
        now = time.time()
        self.seconds_left = self.duration - now % self.duration
        key = f"{self.get_cache_key(request, view)}:{int(now // self.duration)}"
        cache.add(key, 0, self.duration)
        try:
            return cache.incr(key) <= self.num_requests
        except ValueError:  # it went away between the two calls
            cache.set(key, 1, self.duration)
            return True

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}

    def get_ident(self, request: Any) -> str:
        """Return who calls; visitors of one address (a mobile network) do not use up each other's share."""
        if request.user and request.user.is_authenticated:
            return str(request.user.pk)
        visitor_id = known_visitor(request._request)
        return str(visitor_id) if visitor_id else super().get_ident(request)

    def wait(self) -> float:
        return self.seconds_left
