"""Page numbers with gaps."""

import pytest
from django.core.paginator import Paginator

from shop.templatetags.paging import elided_pages


@pytest.mark.parametrize(
    ("pages", "number", "shown"),
    [(1, 1, "1"), (3, 2, "1 2 3"), (20, 1, "1 2 … 20"), (20, 10, "1 … 9 10 11 … 20"), (20, 20, "1 … 19 20")],
)
def test_elided_pages(pages, number, shown):
    paginator = Paginator(range(pages), 1)

    assert " ".join(str(each) for each in elided_pages(paginator, number)) == shown
