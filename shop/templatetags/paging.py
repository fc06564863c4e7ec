"""Page numbers of a list."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.core.paginator import Paginator

register = template.Library()


@register.filter
def elided_pages(paginator: "Paginator[Any]", number: int) -> Iterator[int | str]:
    """Yield the first, last and neighbouring page numbers, with an ellipsis for each gap."""
    yield from paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
