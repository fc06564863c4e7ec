"""Keyset pagination: a page starts after the last row of the one before, so the last costs as little as the first."""

from collections.abc import Iterable
from typing import Any, cast

from django.core import signing
from django.db.models import Q
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

Position = list[Any]


class KeysetPagination(CursorPagination):
    """Pages of a queryset in its own order, whose fields are never null and together unique.

    The parent repeats and loses rows that share a position, and most products share theirs (no ratings yet). Here a
    cursor holds all values of the order and is signed together with it, so that clients cannot make one up.
    """

    page_size = 24
    page_size_query_param = "limit"
    max_page_size = 100
    page_size_query_description = "Number of results on a page, 1 to 100; another one is a 400."
    cursor_query_description = "Where to go on: comes with `next` and `previous`."
    page: list[Any]

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any]:
        self.base_url = request.build_absolute_uri()
        self.ordering = tuple(queryset.query.order_by or queryset.model._meta.ordering)
        size = self.get_page_size(request)
        backwards, position = self._read(request)
        ordering = tuple(_turned(name) for name in self.ordering) if backwards else self.ordering
        rows = queryset.order_by(*ordering)
        if position is not None:
            rows = rows.filter(beyond(ordering, position))
        fetched = list(rows[: size + 1])
        has_more, has_left = len(fetched) > size, position is not None
        self.page = fetched[:size][::-1] if backwards else fetched[:size]
        self.has_next, self.has_previous = (has_left, has_more) if backwards else (has_more, has_left)
        return self.page

    def get_page_size(self, request: Request) -> int:
        """Return the requested `limit`; a 400 when it is not a number from 1 to `max_page_size`."""
        limit = request.query_params.get(self.page_size_query_param)
        if limit is None:
            return self.page_size
        if not (limit.isascii() and limit.isdigit() and len(limit) < 10 and 1 <= int(limit) <= self.max_page_size):
            message = f"Ask for 1 to {self.max_page_size} results."
            raise ValidationError({self.page_size_query_param: [message]}, "invalid")
        return int(limit)

    def get_next_link(self) -> str | None:
        return self._link(False, self._position(self.page[-1])) if self.has_next and self.page else None

    def get_previous_link(self) -> str | None:
        return self._link(True, self._position(self.page[0])) if self.has_previous and self.page else None

    def _read(self, request: Request) -> tuple[bool, Position | None]:
        token = request.query_params.get(self.cursor_query_param)
        if token is None:
            return False, None
        try:
            backwards, position = self._signer().unsign_object(token)
        except signing.BadSignature:
            raise NotFound(self.invalid_cursor_message) from None
        return backwards, position

    def _position(self, row: Any) -> Position:
        return plain_values(getattr(row, name.removeprefix("-")) for name in self.ordering)

    def _link(self, backwards: bool, position: Position) -> str:
        token = self._signer().sign_object([backwards, position])
        return replace_query_param(cast(str, self.base_url), self.cursor_query_param, token)

    def _signer(self, kind: str = "") -> signing.Signer:
        """Return the signer of cursors of this order and kind. It adds no time: a page would change each second."""
        return signing.Signer(salt=f"shop.api.cursor.2:{','.join(self.ordering)}{kind}")


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def plain_values(values: Iterable[Any]) -> Position:
    """Return values as a cursor holds them: numbers, and text for everything else."""
    return [value if isinstance(value, int | float) else str(value) for value in values]


def beyond(ordering: tuple[str, ...], position: Position) -> Q:
    """Return the condition for rows after `position`: the first field that differs decides."""
    condition = Q()
    for name, value in reversed(list(zip(ordering, position, strict=True))):
        field, beyond = _after(name)
        further = Q((f"{field}__{beyond}", value))
        condition = further | (Q((field, value)) & condition) if condition else further
    # Redundant, but it lets the database start to read its index here.
    field, beyond = _after(ordering[0])
    return Q((f"{field}__{beyond}e", position[0])) & condition


def _after(name: str) -> tuple[str, str]:
    return name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
