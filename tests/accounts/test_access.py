"""A page that needs an account says so on the sign-in page, and opens after signing in."""

import pytest
from django.urls import reverse

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("/account/", "Sign in to see your account."),
        ("/orders/", "Sign in to see your orders."),
        ("/orders/?page=2", "Sign in to see your orders."),
    ],
)
def test_reason_and_way_back(client, user, address, reason):
    response = client.get(address, follow=True)

    assert response.status_code == 200
    assert response.templates[0].name == "account/login.html"
    assert reason in response.content.decode()
    form = {"login": user.email, "password": PASSWORD, "next": response.context["redirect_field_value"]}
    assert client.post(reverse("account_login"), form)["Location"] == address


def test_the_reason_is_said_once(client):
    client.get("/orders/", follow=True)

    assert "Sign in to see your orders." not in client.get(reverse("account_login")).content.decode()
