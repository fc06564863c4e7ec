"""allauth's pages in the shop's clothes: frame, labels, nothing that the content security policy forbids."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.urls import reverse

pytestmark = pytest.mark.django_db

ENTRANCES = {
    "account_login": "Welcome back",
    "account_signup": "Create an account",
    "account_reset_password": "Password Reset",
    "account_reset_password_done": "Password Reset",
    "account_reset_password_from_key_done": "Change Password",
    "account_email_verification_sent": "Verify Your Email Address",
    "account_inactive": "Account Inactive",
}
MANAGED = {
    "account_email": "Email Addresses",
    "account_change_password": "Change Password",
    "account_logout": "Sign Out",
}
INLINE = re.compile(r"<style\b|\sstyle=\"|\son[a-z]+=\"|<script(?![^>]*(?:\bsrc=|type=\"application/json\"))")


def found(pattern, text):
    """Return the first group of the pattern in the text."""
    match = re.search(pattern, text, re.DOTALL)
    assert match is not None, text
    return match[1]


def check(response, heading):
    page = response.content.decode()
    assert response.status_code == 200
    assert re.search(rf"<h1[^>]*>\s*{heading}\s*</h1>", page)
    assert 'class="site-header"' in page
    assert "· Kindred</title>" in page
    assert not INLINE.search(page)
    identifiers = re.findall(r"<(?:input|select|textarea)(?![^>]*type=\"hidden\")[^>]*\sid=\"([^\"]+)\"", page)
    assert [name for name in identifiers if f'for="{name}"' not in page] == []
    return page


@pytest.mark.parametrize(("name", "heading"), ENTRANCES.items())
def test_entrance(client, name, heading):
    page = check(client.get(reverse(name)), heading)

    assert 'class="entrance panel"' in page


@pytest.mark.parametrize(("name", "heading"), MANAGED.items())
def test_managed(user_client, user, name, heading):
    EmailAddress.objects.create(user=user, email=user.email, primary=True)

    page = check(user_client.get(reverse(name)), heading)

    assert 'class="account-nav"' in page


def test_errors_are_shown_beside_their_field(client):
    response = client.post(reverse("account_login"), {"login": "", "password": ""})

    page = check(response, "Welcome back")
    assert page.count("This field is required.") == 2
    assert 'class="form-control is-invalid"' in page


def test_wrong_password_is_said_without_naming_which(client, user):
    def said_to(address):
        page = client.post(reverse("account_login"), {"login": address, "password": "wrong"}).content.decode()
        return found(r'role="alert">(.*?)</div>\s*</div>', page)

    assert said_to(user.email) == said_to("nobody@example.com")


def test_password_reset_from_the_mail(client, user):
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = found(r"http://testserver(/account/password/reset/key/\S+)", str(mail.outbox[0].body))

    asked = client.get(link, follow=True)
    check(asked, "Change Password")
    new = "quite another password"
    response = client.post(asked.request["PATH_INFO"], {"password1": new, "password2": new}, follow=True)

    check(response, "Change Password")
    user.refresh_from_db()
    assert user.check_password(new)


def test_damaged_reset_link(client):
    check(client.get("/account/password/reset/key/x-damaged/"), "Bad Token")


def test_email_confirmation(client):
    form = {"email": "new@example.com", "password1": "a long password", "password2": "a long password"}
    client.post(reverse("account_signup"), form)
    link = found(r"http://testserver(/account/confirm-email/\S+)", str(mail.outbox[0].body))

    check(client.get(link), "Confirm Email Address")
    response = client.post(link)

    assert response.status_code == 302
    assert EmailAddress.objects.get().verified


def test_damaged_confirmation_link(client):
    check(client.get("/account/confirm-email/damaged/"), "Confirm Email Address")


def test_password_change(user_client, user):
    form = {"oldpassword": "a long password for tests", "password1": "brand new words", "password2": "brand new words"}

    response = user_client.post(reverse("account_change_password"), form)

    assert response.status_code == 302
    user.refresh_from_db()
    assert user.check_password("brand new words")


def test_sign_out_needs_a_post(user_client, user):
    user_client.get(reverse("account_logout"))
    assert user_client.session["_auth_user_id"] == str(user.pk)

    user_client.post(reverse("account_logout"))
    assert "_auth_user_id" not in user_client.session


def test_session_id_changes_at_sign_in(client, user):
    client.get("/orders/")  # leaves a message, which may open a session
    session = client.session
    session["before"] = "1"
    session.save()
    old = session.session_key

    client.post(reverse("account_login"), {"login": user.email, "password": "a long password for tests"})

    assert client.session.session_key != old
