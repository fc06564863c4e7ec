"""Shoppers are known by ids that this server signed, and no others."""

import uuid

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.core import signing

from accounts.shoppers import (
    COOKIE_NAME,
    MAX_AGE_SECONDS,
    Shopper,
    known_visitor,
    read_visitor_token,
    shopper_of,
    visitor_token,
)


@pytest.fixture
def request_of(rf):
    """A request of somebody who is not signed in."""

    def make(**headers):
        request = rf.get("/", **headers)
        request.user = AnonymousUser()
        return request

    return make


def test_token_and_back():
    visitor = uuid.uuid4()

    assert read_visitor_token(visitor_token(visitor)) == visitor


@pytest.mark.parametrize(
    "token",
    [
        None,
        "",
        "nonsense",
        str(uuid.uuid4()),
        signing.dumps(uuid.uuid4().hex, salt="another.salt"),
        signing.dumps("not a uuid", salt="accounts.visitor"),
    ],
    ids=["none", "empty", "nonsense", "unsigned", "signed for another use", "no uuid"],
)
def test_forged_tokens_are_nobody(token):
    assert read_visitor_token(token) is None


def test_tokens_expire():
    with time_machine.travel("2026-01-01"):
        token = visitor_token(uuid.uuid4())

    with time_machine.travel("2026-12-31"):
        assert read_visitor_token(token) is not None
    with time_machine.travel(f"{2026 + MAX_AGE_SECONDS // (364 * 86400)}-01-02"):
        assert read_visitor_token(token) is None


def test_header_goes_before_cookie(request_of):
    from_header, from_cookie = uuid.uuid4(), uuid.uuid4()
    request = request_of(HTTP_X_VISITOR_TOKEN=visitor_token(from_header))
    request.COOKIES[COOKIE_NAME] = visitor_token(from_cookie)

    assert known_visitor(request) == from_header


def test_new_visitor_keeps_one_id_for_the_request(request_of):
    request = request_of()

    first, second = shopper_of(request), shopper_of(request)

    assert first == second
    assert first.is_anonymous
    assert request.new_visitor is True


def test_known_visitor_is_not_new(request_of):
    visitor = uuid.uuid4()
    request = request_of()
    request.COOKIES[COOKIE_NAME] = visitor_token(visitor)

    assert shopper_of(request) == Shopper(visitor)
    assert not hasattr(request, "new_visitor")


@pytest.mark.django_db
def test_account_goes_before_token(request_of, user):
    request = request_of(HTTP_X_VISITOR_TOKEN=visitor_token(uuid.uuid4()))
    request.user = user

    shopper = shopper_of(request)

    assert (shopper.id, shopper.is_anonymous) == (user.pk, False)
