"""Profile, and an app's token from sign-in to its end."""

import pytest
from rest_framework.test import APIClient

from tests.factories import PASSWORD
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db(databases="__all__")

PROFILE = "/api/v1/profile/"
SESSION = "/_allauth/app/v1/auth/session"


def app(token: str) -> APIClient:
    return APIClient(headers={"X-Session-Token": token})


@pytest.fixture
def token(user) -> str:
    """What an app gets when the shopper signs in."""
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
    assert one_error(app(token).get(PROFILE), 401)[1] == "not_authenticated"
    assert app(token).post("/api/v1/token/rotate/").status_code == 401


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
