"""Accounts in the admin."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
ADD = "/admin/accounts/user/add/"


def test_an_account_is_added_by_e_mail_address(staff_client, client):
    fields = {"email": "New@example.com", "name": "New", "password1": PASSWORD, "password2": PASSWORD}

    assert staff_client.post(ADD, fields | {"is_staff": "on", "is_superuser": "on"}).status_code == 302

    user = User.objects.get(name="New")
    assert (user.email, user.is_staff, user.is_superuser) == ("New@example.com", False, False)
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "TAKEN@example.com"}, "__all__"),
        ({"email": "not an address"}, "email"),
        ({"password2": "other"}, "password2"),
        ({"password1": "12345", "password2": "12345"}, "password2"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(staff_client, changed, field):
    UserFactory(email="taken@example.com")
    fields = {"email": "new@example.com", "name": "New", "password1": PASSWORD, "password2": PASSWORD} | changed

    response = staff_client.post(ADD, fields)

    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [field]
    assert not User.objects.filter(name="New").exists()


def test_staff_set_a_new_password(staff_client, user):
    page = reverse("admin:auth_user_password_change", args=[user.pk])

    staff_client.post(page, {"password1": "another long password", "password2": "another long password"})

    user.refresh_from_db()
    assert user.check_password("another long password")


def test_an_accounts_rights_are_changed(staff_client, user):
    page = reverse("admin:accounts_user_change", args=[user.pk])

    staff_client.post(page, {"email": user.email, "name": "Renamed", "is_active": "on", "is_staff": "on"})

    user.refresh_from_db()
    assert (user.name, user.is_active, user.is_staff, user.is_superuser) == ("Renamed", True, True, False)
    assert user.check_password(PASSWORD)


def test_staff_without_a_right_see_nothing(client):
    client.force_login(StaffFactory(is_superuser=False), backend="django.contrib.auth.backends.ModelBackend")

    for path in (ADD, "/admin/accounts/user/", "/admin/shop/order/", "/admin/shop/product/add/"):
        assert client.get(path).status_code == 403


def test_addresses_are_marked_as_verified_together(staff_client, user):
    address = EmailAddress.objects.create(user=user, email=user.email)

    staff_client.post("/admin/account/emailaddress/", {"action": "make_verified", "_selected_action": [address.pk]})

    address.refresh_from_db()
    assert address.verified is True
