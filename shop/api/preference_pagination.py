"""`ordering=for_you`: pages in preference order that neither repeat nor lose a product.

The preference order changes with every click, with the hour and with the shop's rules, so a cursor does not hold an
order. It holds the end of the plain order's first WINDOW products and which of them were shown. The next page has the
best of the others by their present scores; after the last of them the plain order goes on. Such a list leads forward
only.
"""

import base64
import hashlib
import uuid
from typing import Any

from django.core import signing
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.shoppers import known_shopper_id
from shop.api.filters import FOR_YOU
from shop.api.pagination import KeysetPagination, Position, beyond, plain_values
from shop.catalogue.lists.preference_order import WINDOW, WhichList, in_preference_order, places
from shop.catalogue.models import Category

# Bytes of a product's mark in a cursor: with 240 products one cursor in forty million confuses two.
MARK_BYTES = 5
# The kind of cursor that walks the window.
WALK = ":personal"
Marks = frozenset[bytes]


class PreferencePagination(KeysetPagination):
    """Keyset pagination, but in preference order for `ordering=for_you` of a shopper with a profile."""

    page: list[Any]

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self._end: Position | None = None
        self._shown: Marks | None = None
        if request.query_params.get("ordering") != FOR_YOU:
            return super().paginate_queryset(queryset, request, view)
        self.ordering = tuple(queryset.query.order_by)
        walk = self._read_walk(request)
        shopper_id = known_shopper_id(request._request)
        if walk is None and (self.cursor_query_param in request.query_params or shopper_id is None):
            page = super().paginate_queryset(queryset, request, view)
            self.has_previous = False
            return page
        return self._preference_page(queryset, request, walk, shopper_id)

    def get_next_link(self) -> str | None:
        if self._end is None:
            return super().get_next_link()
        if not self.has_next:
            return None
        if self._shown is None:
            return self._link(False, self._end)
        marks = base64.b85encode(b"".join(sorted(self._shown))).decode()
        token = self._signer(WALK).sign_object([self._end, marks])
        return replace_query_param(str(self.base_url), self.cursor_query_param, token)

    def _preference_page(
        self, queryset: Any, request: Request, walk: tuple[Position, Marks] | None, shopper_id: uuid.UUID | None
    ) -> list[Any]:
        """Return the best products that were not shown yet, filled up from behind the window.

        Four queries at most, and those of the scores.
        """
        self.base_url = request.build_absolute_uri()
        self.has_previous = False
        size = self.get_page_size(request)
        shown: Marks = frozenset()
        if walk is not None:
            self._end, shown = walk
            window = places(queryset.exclude(beyond(tuple(self.ordering), self._end)), 2 * WINDOW)
        else:
            window = places(queryset)
            self._end = plain_values(window[-1].position) if window else None
        left = [place for place in window if mark_of(place.product_id) not in shown]
        words = request.query_params.get("q", "")
        chosen = in_preference_order(left, shopper_id, _which_list(request), query=words)[:size]
        products = queryset.model.objects.for_card().in_bulk(chosen)  # does not repeat a search
        self.page = [products[key] for key in chosen if key in products]
        self.has_next = len(left) > len(chosen)
        if self.has_next:
            self._shown = shown | {mark_of(key) for key in chosen}
        elif self._end is not None:
            self._go_on_behind(queryset, self._end, size - len(chosen))
        return self.page

    def _go_on_behind(self, queryset: Any, end: Position, count: int) -> None:
        """Fill the page with products behind the window; the next page is one of the plain order."""
        rows = list(queryset.filter(beyond(tuple(self.ordering), end))[: count + 1])
        self.page += rows[:count]
        self.has_next = len(rows) > count
        if self.has_next and count:
            self._end = self._position(rows[count - 1])

    def _read_walk(self, request: Request) -> tuple[Position, Marks] | None:
        """Return the window's end and the products shown of it from the cursor; None for another cursor, or none."""
        try:
            token = request.query_params.get(self.cursor_query_param, "")
            end, marks = self._signer(WALK).unsign_object(token)
        except signing.BadSignature:
            return None
        shown = base64.b85decode(marks)
        return end, frozenset(shown[at : at + MARK_BYTES] for at in range(0, len(shown), MARK_BYTES))


def _which_list(request: Request) -> WhichList:
    """Return the slot and category of the requested list; one query when it has a category."""
    slug = request.query_params.get("category")
    return WhichList("api", Category.objects.filter(slug=slug).values_list("pk", flat=True).first() if slug else None)


def mark_of(product_id: uuid.UUID) -> bytes:
    """Return the mark of a product in a cursor."""
    return hashlib.blake2b(product_id.bytes, digest_size=MARK_BYTES).digest()
