"""Profile, and an app's token from sign-in to its end."""

from datetime import timedelta

import pytest
import time_machine
from allauth.headless.internal import sessionkit
from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.test import APIClient

from accounts.api.tokens import SEPARATOR, rotate
from tests.factories import PASSWORD
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db(databases="__all__")

PROFILE = "/api/v1/profile/"
SESSION = "/_allauth/app/v1/auth/session"


def app(token: str) -> APIClient:
    return APIClient(headers={"X-Session-Token": token})


@pytest.fixture
def token(user) -> str:
    """The session token of an app whose shopper signed in."""
    answer = APIClient().post("/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, "json")
    assert answer.status_code == 200, answer.content
    return answer.json()["meta"]["session_token"]


def test_the_profile(token, user, django_assert_num_queries):
    with django_assert_num_queries(1):  # session and account
        body = app(token).get(PROFILE).json()

    assert {name: body[name] for name in ("id", "email", "name")} == {
        "id": str(user.pk),
        "email": user.email,
        "name": user.name,
    }


def test_the_name_can_be_changed_and_nothing_else(token, user):
    answer = app(token).patch(PROFILE, {"name": "New", "email": "x@example.com", "is_staff": True}, "json")

    assert (answer.status_code, answer.json()["name"]) == (200, "New")
    before = user.email
    user.refresh_from_db()
    assert (user.name, user.email, user.is_staff) == ("New", before, False)
    assert one_error(app(token).patch(PROFILE, {"name": "x" * 151}, "json"), 400)[2] == "name"


def test_a_token_is_exchanged_for_a_new_one(token):
    fresh = app(token).post("/api/v1/token/rotate/").json()["session_token"]

    assert fresh != token
    assert app(fresh).get(PROFILE).status_code == 200
    assert one_error(app(token).get(PROFILE), 401)[1] == "authentication_failed"
    assert app(token).post("/api/v1/token/rotate/").status_code == 401


def rotated(token: str, key: str = "one-and-only", seconds: float = 0):
    with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
        return app(token).post("/api/v1/token/rotate/", headers={"Idempotency-Key": key})


def test_an_exchange_whose_answer_was_lost_is_answered_again(token, user):
    first, again = rotated(token), rotated(token, seconds=540)

    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json() != {"session_token": token}
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert app(again.json()["session_token"]).get(PROFILE).json()["email"] == user.email
    assert app(token).get(PROFILE).status_code == 401


def test_an_exchanged_token_is_good_for_nothing_else(token):
    first = rotated(token)

    assert one_error(rotated(token, "another key"), 401)[1] == "authentication_failed"
    assert one_error(rotated(token, seconds=601), 401)[1] == "authentication_failed"
    assert app(token).post("/api/v1/token/rotate/").status_code == 401
    assert app(first.json()["session_token"]).delete(SESSION).status_code == 401
    assert rotated(token).status_code == 401


def test_a_token_that_another_request_exchanged_meanwhile_is_not_exchanged_twice(token):
    seen = sessionkit.lookup_session(token.partition(SEPARATOR)[0])
    rotated(token)

    with pytest.raises(AuthenticationFailed):
        rotate(seen, "another key")
    assert Session.objects.count() == 2


def test_a_key_that_is_none_exchanges_nothing(token):
    assert one_error(rotated(token, "x" * 256), 400)[2] == "Idempotency-Key"
    assert app(token).get(PROFILE).status_code == 200


def test_a_token_is_revoked(token):
    assert app(token).delete(SESSION).status_code == 401  # allauth's way to say: signed out

    assert app(token).get(PROFILE).status_code == 401


def test_a_changed_password_ends_every_token(token, user):
    user.set_password("another long password")
    user.save()

    assert app(token).get(PROFILE).status_code == 401


def test_a_made_up_token_is_nobodys(db):
    assert app("made-up").get(PROFILE).status_code == 401


def test_a_browsers_session_has_no_token_to_exchange(user_api):
    assert one_error(user_api.post("/api/v1/token/rotate/"), 400)[0] == "validation_error"


ADDRESSES = [
    ("get", "cart/"), ("get", "products/"), ("get", "recommendations/"), ("get", "predict/rating/"),
    ("post", "events/"), ("post", "cart/items/"), ("post", "checkout/"),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["made-up", "old", "exchanged", "of a changed password"])
def test_a_token_that_is_not_valid_makes_nobody_a_visitor(token, user, product, kind):
    if kind == "old":
        Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    elif kind == "exchanged":
        rotated(token)
    elif kind == "of a changed password":
        user.set_password("another long password")
        user.save()
    client = app("made-up" if kind == "made-up" else token)

    for method, path in ADDRESSES:
        answer = getattr(client, method)(f"/api/v1/{path}")
        assert one_error(answer, 401) == ("client_error", "authentication_failed", None), path
        assert (answer["WWW-Authenticate"], "X-Visitor-Token" in answer) == ("X-Session-Token", False)


def test_what_must_work_without_a_token_works_with_a_bad_one(db):
    client = app("made-up")

    assert [client.get(path).status_code for path in ("/api/v1/health/", "/api/v1/ready/", "/api/schema/")] == [200] * 3


def test_a_browsers_session_needs_no_token(user_api):
    assert user_api.get(PROFILE).status_code == 200
