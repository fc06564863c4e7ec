"""Sign-up with and without a name."""

import json

import pytest
from django.urls import reverse

from accounts.forms import ProfileForm
from accounts.models import User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def sign_up(client, **fields):
    form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD} | fields
    return client.post(reverse("account_signup"), form)


@pytest.mark.parametrize("name", ["", "Demo Shopper", "<script>alert(1)</script>"])
def test_sign_up(client, name):
    response = sign_up(client, name=name)

    assert response.status_code == 302
    user = User.objects.get()
    assert (user.email, user.name) == ("new@example.com", name)
    assert not user.is_staff


def test_name_is_escaped_where_it_is_shown(client):
    sign_up(client, name="<script>alert(1)</script>")

    page = client.get(reverse("shop:home")).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "x" * 151},
        {"email": "nonsense"},
        {"password2": "something else"},
        {"password1": "12345", "password2": "12345"},
    ],
)
def test_sign_up_refused(client, fields):
    response = sign_up(client, **fields)

    assert response.status_code == 200
    assert response.context["form"].errors
    assert User.objects.count() == 0


def test_nobody_signs_up_as_staff(client):
    sign_up(client, is_staff="1", is_superuser="1")

    user = User.objects.get()
    assert (user.is_staff, user.is_superuser) == (False, False)


def test_app_sign_up_may_give_a_name(client):
    body = {"email": "app@example.com", "password": PASSWORD, "name": "App Shopper"}

    response = client.post("/_allauth/app/v1/auth/signup", json.dumps(body), content_type="application/json")

    assert response.status_code == 200
    assert User.objects.get().name == "App Shopper"


def test_profile_form_holds_the_name_alone():
    assert list(ProfileForm().fields) == ["name"]
