"""Users: unique addresses without case, Argon2 for new passwords, bcrypt accepted from older systems."""

import bcrypt
import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from config.settings import base
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def real_hashers(settings):
    """The hashers of the shop, in place of the fast one that other tests use."""
    settings.PASSWORD_HASHERS = base.PASSWORD_HASHERS


def test_new_passwords_are_hashed_with_argon2(real_hashers):
    user = User.objects.create_user("new@example.com", "a long password")

    assert user.password.startswith("argon2$argon2id$")
    assert user.check_password("a long password")


def test_existing_bcrypt_hash_signs_in_and_becomes_argon2(real_hashers, client):
    raw = bcrypt.hashpw(b"an older password", bcrypt.gensalt(rounds=4)).decode()
    user = UserFactory.create(password=None)
    User.objects.filter(pk=user.pk).update(password=f"bcrypt${raw}")

    response = client.post(reverse("account_login"), {"login": user.email, "password": "an older password"})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    user.refresh_from_db()
    assert user.password.startswith("argon2$")


def test_wrong_password_for_a_bcrypt_hash_is_refused(real_hashers, rf):
    raw = bcrypt.hashpw(b"an older password", bcrypt.gensalt(rounds=4)).decode()
    user = UserFactory.create(password=None)
    User.objects.filter(pk=user.pk).update(password=f"bcrypt${raw}")

    assert authenticate(rf.post("/"), email=user.email, password="another password") is None
    user.refresh_from_db()
    assert user.password == f"bcrypt${raw}"


def test_addresses_differ_by_more_than_case():
    User.objects.create_user("one@example.com", "a long password")

    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ONE@example.com", "a long password")
    assert User.objects.get_by_natural_key("One@Example.com").email == "one@example.com"
    assert User.objects.count() == 1


def test_user_needs_an_address():
    with pytest.raises(ValueError, match="needs an e-mail address"):
        User.objects.create_user("", "a long password")
    assert User.objects.count() == 0


def test_superuser_is_staff():
    user = User.objects.create_superuser("boss@example.com", "a long password")

    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("name", "short", "shown"), [("Demo Shopper", "Demo", "Demo Shopper"), ("", "demo", "demo@example.com")]
)
def test_names(name, short, shown):
    user = User(email="demo@example.com", name=name)

    assert (user.get_short_name(), str(user)) == (short, shown)


def test_the_shop_hashes_with_argon2_first():
    assert base.PASSWORD_HASHERS[0].endswith("Argon2PasswordHasher")
    assert settings.PASSWORD_HASHERS != base.PASSWORD_HASHERS  # or the tests above prove nothing
