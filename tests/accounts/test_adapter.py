"""`next` leads nowhere but to this host, and mails name this shop."""

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/cart/", "/orders/?page=2", "/p/lamp/#reviews"])
def test_sign_in_returns_to_where_the_shopper_was(client, user, address):
    form = {"login": user.email, "password": PASSWORD, "next": address}

    response = client.post(reverse("account_login"), form)

    assert (response.status_code, response["Location"]) == (302, address)


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        r"\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "http://localhost/other-site-of-this-machine",
    ],
)
def test_sign_in_never_leaves_the_shop(client, user, address):
    form = {"login": user.email, "password": PASSWORD, "next": address}

    response = client.post(reverse("account_login"), form)

    assert (response.status_code, response["Location"]) == (302, reverse("shop:home"))


def test_logout_never_leaves_the_shop(user_client):
    response = user_client.post(reverse("account_logout"), {"next": "https://evil.example/"})

    assert response["Location"] == reverse("shop:home")


def test_reset_mail_names_the_shop_and_its_host(client, user):
    client.post(reverse("account_reset_password"), {"email": user.email})

    (message,) = mail.outbox
    assert message.to == [user.email]
    assert message.subject == "Kindred: Password Reset Email"
    assert "http://testserver/account/password/reset/key/" in message.body
    assert "Kindred\ntestserver" in message.body
    assert "example.com\n" not in message.body


def test_reset_mail_is_not_sent_under_a_foreign_host(client, user):
    response = client.post(reverse("account_reset_password"), {"email": user.email}, headers={"host": "evil.example"})

    assert response.status_code == 400
    assert mail.outbox == []
