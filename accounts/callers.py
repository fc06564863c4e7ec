"""Callers: whether the client of a request is a robot, and its origin.

An address is never stored. An event is stored with its origin: 16 bits of a hash that is keyed with SECRET_KEY and the
day, so that each origin stands for 65,536 IPv4 addresses and no two days can be joined (docs/decisions/013-abuse.md).
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

ORIGIN_BYTES = 2
# One household or server holds a whole /64 of IPv6 addresses.
IPV6_PREFIX = 64
# Names of crawlers, link previews and automatic browsers in the User-Agent, from the documentation of their makers.
# CUBOT makes telephones. The list of the package crawler-user-agents takes okhttp, axios and curl for robots: shops'
# own apps and servers send events with them (docs/decisions/019-libraries-and-own-parts.md).
_ROBOT = re.compile(
    r"(?<!\bcu)bot(?![a-z])|crawler|spider|slurp|headlesschrome|phantomjs|facebookexternalhit|mediapartners|lighthouse"
)


@dataclass(frozen=True)
class Caller:
    """Client of a request.

    - `origin`: 0 to 65,535; None when no public address is known.
    - `is_robot`: the User-Agent says so.
    """

    origin: int | None = None
    is_robot: bool = False


UNKNOWN_CALLER = Caller()
_current: ContextVar[Caller] = ContextVar("caller", default=UNKNOWN_CALLER)


def current_caller() -> Caller:
    """Return the client of the current request; UNKNOWN_CALLER outside of a request."""
    return _current.get()


def caller_of(request: HttpRequest) -> Caller:
    """Return the client of a request."""
    network = public_network(request)
    origin = None if network is None else origin_of(network, timezone.now().date())
    return Caller(origin, is_robot(request.headers.get("User-Agent", "")))


@contextmanager
def calling(request: HttpRequest) -> Iterator[Caller]:
    """Make the client of a request the current caller while the block runs."""
    token = _current.set(caller_of(request))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def is_robot(user_agent: str) -> bool:
    """Tell whether a User-Agent names a crawler or an automatic browser; an empty one does not."""
    return _ROBOT.search(user_agent.lower()) is not None


def sender_address(request: HttpRequest) -> str:
    """Return the address that the outermost of our own proxies saw (PROXIES_IN_FRONT); "" when there is none.

    A client's own entries of X-Forwarded-For stand further left and are never read.
    """
    proxies: int = settings.PROXIES_IN_FRONT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and forwarded:
        return forwarded[-min(proxies, len(forwarded))]
    return str(request.META.get("REMOTE_ADDR", ""))


def public_network(request: HttpRequest) -> str | None:
    """Return the IPv4 address or IPv6 /64 of the client; None when the address is not public.

    A private address belongs to a proxy or to a trial on the own machine.
    """
    try:
        address = ip_address(sender_address(request))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if not address.is_global:
        return None
    return str(ip_network((address, IPV6_PREFIX), strict=False)) if isinstance(address, IPv6Address) else str(address)


def origin_of(network: str, day: date) -> int:
    """Return 16 bits of the keyed hash of a network on a day."""
    message = f"{day.isoformat()} {network}".encode()
    digest = hmac.new(f"origin {settings.SECRET_KEY}".encode(), message, hashlib.sha256).digest()
    return int.from_bytes(digest[:ORIGIN_BYTES])
