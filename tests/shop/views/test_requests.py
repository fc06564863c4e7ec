"""Safe ways back, and requests that nobody looks at."""

import pytest

from shop.views.requests import is_prefetch, safe_next


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


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, False), ({"Sec-Purpose": "prefetch;prerender"}, True), ({"Purpose": "prefetch"}, True)],
)
def test_is_prefetch(rf, headers, expected):
    assert is_prefetch(rf.get("/", headers=headers)) is expected
