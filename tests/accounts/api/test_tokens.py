"""Tokens of app clients: one query finds session and account, and nothing but the session says who that is."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.api.tokens import SEPARATOR
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(databases="__all__")

PROFILE = "/api/v1/profile/"


def sign_in(user) -> str:
    """Return the token an app gets when the shopper signs in."""
    answer = APIClient().post("/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, "json")
    return answer.json()["meta"]["session_token"]


def seen_by(token: str) -> str | None:
    """Return whose profile the token opens."""
    answer = APIClient(headers={"X-Session-Token": token}).get(PROFILE)
    assert answer.status_code in (200, 401)
    return answer.json().get("email")


@pytest.fixture
def token(user) -> str:
    return sign_in(user)


def test_one_query_finds_session_and_account(token, user, django_assert_num_queries):
    assert token == f"{Session.objects.get().session_key}{SEPARATOR}{user.pk.hex}"

    with django_assert_num_queries(1):
        assert seen_by(token) == user.email


def test_a_key_alone_is_a_token_too(token, user, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert seen_by(token.partition(SEPARATOR)[0]) == user.email


def test_naming_another_account_changes_nothing(token, user):
    other = UserFactory()
    key = token.partition(SEPARATOR)[0]

    assert seen_by(f"{key}{SEPARATOR}{other.pk.hex}") == user.email
    assert seen_by(f"{key}{SEPARATOR}nonsense") == user.email
    assert seen_by(f"madeupkey{SEPARATOR}{user.pk.hex}") is None


def test_an_old_session_is_over(token):
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    assert seen_by(token) is None


def test_a_closed_account_is_out(token, user):
    type(user).objects.update(is_active=False)

    assert seen_by(token) is None


def test_a_deleted_account_is_out(token, user):
    user.delete()

    assert seen_by(token) is None


def test_a_changed_password_ends_it(token, user):
    user.set_password("another long password")
    user.save()

    assert seen_by(token) is None


def test_a_backend_that_was_taken_away_lets_nobody_in(token, settings):
    settings.AUTHENTICATION_BACKENDS = ["tests.gone.Backend"]

    assert seen_by(token) is None


def test_a_session_that_another_key_signed_is_no_session(token, settings):
    settings.SECRET_KEY = "another"

    assert seen_by(token) is None


def test_after_a_change_of_the_secret_key_the_old_one_is_good_while_it_is_named(token, user, settings):
    settings.SECRET_KEY_FALLBACKS = [django_settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert seen_by(token) == user.email


def test_a_rotated_token_costs_one_query_too(token, user, django_assert_num_queries):
    fresh = APIClient(headers={"X-Session-Token": token}).post("/api/v1/token/rotate/").json()["session_token"]

    assert seen_by(token) is None
    with django_assert_num_queries(1):
        assert seen_by(fresh) == user.email
