"""Signing in makes the visitor's things the account's: once, only for the visitor of that request, also for apps."""

import json
import uuid

import pytest
from django.urls import reverse

from accounts.shoppers import COOKIE_NAME, TOKEN_HEADER, Shopper, visitor_token
from accounts.signals import visitor_signed_in
from shop.cart.models import Cart
from shop.cart.selectors import cart_contents
from shop.cart.services import add_to_cart
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    """Arguments of each visitor_signed_in, in order."""
    said = []

    def listen(*, visitor_id, user_id, **_):
        said.append((visitor_id, user_id))

    visitor_signed_in.connect(listen)
    yield said
    visitor_signed_in.disconnect(listen)


@pytest.fixture
def visitor_cart(visitor, product):
    """A visitor's cart with two pieces."""
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)
    return visitor


def sign_in(client, user):
    return client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


def contents(user):
    return [(item.product_id, item.quantity) for item in cart_contents(Shopper(user.pk, user)).items]


def test_sign_in_takes_the_cart_along_and_drops_the_cookie(client, user, visitor_cart, product, heard):
    client.cookies[COOKIE_NAME] = visitor_token(visitor_cart.id)

    response = sign_in(client, user)

    assert response.status_code == 302
    assert heard == [(visitor_cart.id, user.pk)]
    assert contents(user) == [(product.pk, 2)]
    assert not Cart.objects.filter(visitor_id=visitor_cart.id).exists()
    assert response.cookies[COOKIE_NAME].value == ""


def test_sign_up_takes_the_cart_along(client, visitor_cart, product, heard):
    client.cookies[COOKIE_NAME] = visitor_token(visitor_cart.id)
    form = {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD, "name": ""}

    client.post(reverse("account_signup"), form)

    user_id = uuid.UUID(client.session["_auth_user_id"])
    assert heard == [(visitor_cart.id, user_id)]
    assert cart_contents(Shopper(user_id, UserFactory._meta.model.objects.get(pk=user_id))).count == 2


def test_the_next_person_on_the_machine_starts_clean(client, user, visitor_cart, heard):
    client.cookies[COOKIE_NAME] = visitor_token(visitor_cart.id)
    sign_in(client, user)
    client.post(reverse("account_logout"))
    other = UserFactory.create()

    sign_in(client, other)

    assert heard == [(visitor_cart.id, user.pk)]
    assert contents(other) == []


@pytest.mark.parametrize("token", ["", "forged", str(uuid.uuid4())], ids=["empty", "nonsense", "unsigned"])
def test_forged_visitor_merges_nothing(client, user, visitor_cart, heard, token):
    client.cookies[COOKIE_NAME] = token

    sign_in(client, user)

    assert heard == []
    assert contents(user) == []
    assert cart_contents(visitor_cart).count == 2


def test_failed_sign_in_merges_nothing(client, user, visitor_cart, heard):
    client.cookies[COOKIE_NAME] = visitor_token(visitor_cart.id)

    response = client.post(reverse("account_login"), {"login": user.email, "password": "wrong"})

    assert response.status_code == 200
    assert heard == []
    assert cart_contents(visitor_cart).count == 2


def test_app_sign_in_merges_the_visitor_of_the_header(client, user, visitor_cart, product, heard):
    response = client.post(
        "/_allauth/app/v1/auth/login",
        json.dumps({"email": user.email, "password": PASSWORD}),
        content_type="application/json",
        headers={TOKEN_HEADER: visitor_token(visitor_cart.id)},
    )

    assert response.status_code == 200
    assert response.json()["meta"]["session_token"]
    assert heard == [(visitor_cart.id, user.pk)]
    assert contents(user) == [(product.pk, 2)]


def test_listener_that_fails_keeps_nobody_out(client, user, visitor, caplog):
    def fail(**_):
        raise RuntimeError("broken listener")

    client.cookies[COOKIE_NAME] = visitor_token(visitor.id)
    visitor_signed_in.connect(fail)
    try:
        response = sign_in(client, user)
    finally:
        visitor_signed_in.disconnect(fail)

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)
    assert COOKIE_NAME not in response.cookies  # kept for the next sign-in
    assert "broken listener" in caplog.text
