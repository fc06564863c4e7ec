"""Addresses to go back to."""

import pytest

from shop.views.requests import safe_next


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/p/lamp/?a=1#b", "/p/lamp/?a=1#b"),
        ("http://testserver/cart/", "http://testserver/cart/"),
        ("", "/default/"),
        ("https://evil.example/", "/default/"),
        ("//evil.example/", "/default/"),
        ("javascript:alert(1)", "/default/"),
    ],
)
def test_safe_next(rf, address, expected):
    assert safe_next(rf.post("/", {"next": address}), "/default/") == expected


def test_next_over_tls_stays_on_tls(rf):
    request = rf.post("/", {"next": "http://testserver/cart/"}, secure=True)

    assert safe_next(request, "/default/") == "/default/"
