"""What a request says of its sender beside who is shopping: a known robot, and from where, as far as counting needs it.

An address is never stored. What is stored with an event is its origin: 16 bits of a hash that is keyed with SECRET_KEY
and the day, so that each one stands for 65,536 IPv4 addresses and no two days can be joined
(docs/decisions/013-abuse.md).
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
# One household or server holds a whole /64 of IPv6, so single addresses of it say nothing.
IPV6_PREFIX = 64
# Parts of the User-Agent by which crawlers, link previews and automatic browsers name themselves in their makers' own
# documentation. CUBOT is a maker of telephones.
_ROBOT = re.compile(
    r"(?<!\bcu)bot(?![a-z])|crawler|spider|slurp|headlesschrome|phantomjs|facebookexternalhit|mediapartners|lighthouse"
)


@dataclass(frozen=True)
class Caller:
    """`origin`: 0 to 65,535, None where no public address is known; `is_robot`: it says so itself."""

    origin: int | None = None
    is_robot: bool = False


NOBODY = Caller()
_current: ContextVar[Caller] = ContextVar("caller", default=NOBODY)


def current_caller() -> Caller:
    """Return the sender of the request that is being answered; NOBODY outside of one."""
    return _current.get()


def caller_of(request: HttpRequest) -> Caller:
    """Return what a request says of its sender."""
    network = public_network(request)
    origin = None if network is None else origin_of(network, timezone.now().date())
    return Caller(origin, is_robot(request.headers.get("User-Agent", "")))


@contextmanager
def calling(request: HttpRequest) -> Iterator[Caller]:
    """Make the sender of a request the current caller while the block runs."""
    token = _current.set(caller_of(request))
    try:
        yield _current.get()
    finally:
        _current.reset(token)


def is_robot(user_agent: str) -> bool:
    """Tell whether a User-Agent names a crawler or an automatic browser; one that says nothing is a person's."""
    return _ROBOT.search(user_agent.lower()) is not None


def sender_address(request: HttpRequest) -> str:
    """Return the address that the outermost of our own proxies saw (setting PROXIES_IN_FRONT), "" when there is none.

    What a client itself writes into X-Forwarded-For lies further to the left and is never read.
    """
    proxies: int = settings.PROXIES_IN_FRONT
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if proxies and forwarded:
        return forwarded[-min(proxies, len(forwarded))]
    return str(request.META.get("REMOTE_ADDR", ""))


def public_network(request: HttpRequest) -> str | None:
    """Return the IPv4 address or IPv6 /64 of the sender; None for what is no address of the public internet.

    An address that is private is that of a proxy or of a trial on one's own machine: it says nothing of who calls.
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
