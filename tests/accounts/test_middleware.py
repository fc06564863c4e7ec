"""The visitor cookie: given with the first thing a visitor does, repeated in a header, dropped at sign-in."""

import uuid

import pytest
from django.http import HttpResponse

from accounts.middleware import ShopperMiddleware
from accounts.shoppers import COOKIE_NAME, TOKEN_HEADER, read_visitor_token


@pytest.fixture
def answer(rf):
    """Pass a request with the given marks through the middleware."""

    def pass_through(*, secure=False, **marks):
        request = rf.get("/", secure=secure)
        for name, value in marks.items():
            setattr(request, name, value)
        return ShopperMiddleware(lambda _: HttpResponse())(request)

    return pass_through


def test_nothing_is_set_for_someone_who_did_nothing(answer):
    response = answer()

    assert COOKIE_NAME not in response.cookies
    assert TOKEN_HEADER not in response


def test_new_visitor_gets_cookie_and_header(answer):
    visitor = uuid.uuid4()

    response = answer(new_visitor=True, visitor_id=visitor)

    cookie = response.cookies[COOKIE_NAME]
    assert read_visitor_token(cookie.value) == read_visitor_token(response[TOKEN_HEADER]) == visitor
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")


def test_cookie_is_secure_over_tls(answer):
    response = answer(secure=True, new_visitor=True, visitor_id=uuid.uuid4())

    assert response.cookies[COOKIE_NAME]["secure"] is True


def test_merged_visitor_is_forgotten(answer):
    response = answer(visitor_merged=True, new_visitor=True, visitor_id=uuid.uuid4())

    assert response.cookies[COOKIE_NAME].value == ""
    assert response.cookies[COOKIE_NAME]["max-age"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/api/v1/recommendations/", "/api/v1/products/", "/search/?q=lamp"])
def test_no_shared_cache_may_keep_an_answer(client, address):
    response = client.get(address)

    assert response.status_code == 200
    assert "private" in response["Cache-Control"]
    named = {header.strip() for header in response["Vary"].split(",")}
    assert named >= {"Cookie", "Authorization", "X-Session-Token", "X-Visitor-Token"}


@pytest.mark.django_db
def test_what_a_view_says_about_caching_holds(client):
    assert "no-store" in client.get("/cart/")["Cache-Control"]
