"""Every page: landmarks, the content security policy, one card, error pages."""

import re
from pathlib import Path
from statistics import median

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error

from tests.factories import OrderFactory, ReviewFactory

ROOT = Path(__file__).resolve().parents[3]
INLINE = re.compile(r"<style\b|\sstyle=\"|\son[a-z]+=\"|javascript:|<script(?![^>]*(?:\bsrc=|type=\"application/))")


@pytest.fixture
def pages(user, product) -> list[str]:
    """The address of one page of each kind."""
    ReviewFactory.create(product=product)
    order = OrderFactory.create(user=user)
    return [
        "/",
        product.category.get_absolute_url(),
        product.get_absolute_url(),
        "/search/?q=product",
        "/search/?q=zeppelin",
        "/cart/",
        "/orders/",
        order.get_absolute_url(),
        "/account/",
        "/nowhere/",
    ]


@pytest.mark.django_db
def test_every_page_has_its_landmarks_and_no_inline_code(user_client, pages):
    for address in pages:
        page = user_client.get(address).content.decode()
        for needed in (
            '<html lang="en"',
            "<title>",
            'href="#main"',
            '<main id="main"',
            "<header",
            "<footer",
            "</html>",
        ):
            assert page.count(needed) == 1, (address, needed)
        assert len(re.findall(r"<h1\b", page)) == 1, address
        assert INLINE.search(page) is None, address
        ids = re.findall(r"\sid=\"([^\"]+)\"", page)
        assert sorted(ids) == sorted(set(ids)), address


@pytest.mark.django_db
def test_every_page_sends_the_policy(client):
    policy = client.get("/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_every_field_has_a_label(user_client, pages):
    for address in pages:
        page = user_client.get(address).content.decode()
        fields = re.findall(r"<(?:input|select|textarea)\b(?![^>]*type=\"hidden\")[^>]*>", page)
        for field in fields:
            identifier = re.search(r"\bid=\"([^\"]+)\"", field)
            assert identifier is not None, (address, field)
            assert f'for="{identifier[1]}"' in page, (address, field)


@pytest.mark.django_db
def test_every_picture_has_a_text(user_client, pages):
    for address in pages:
        for picture in re.findall(r"<img\b[^>]*>", user_client.get(address).content.decode()):
            assert "alt=" in picture, (address, picture)


def test_templates_are_small():
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / "templates").rglob("*.html")}

    assert median(lengths.values()) <= 20
    assert max(lengths.values()) <= 60


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html"])
def test_error_pages_need_neither_database_nor_request(name):
    page = render_to_string(name)

    assert 'href="/">Go to the home page' in page
    assert INLINE.search(page) is None


def test_server_error_is_a_page_without_database():
    response = server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert b"Something went wrong on our side" in response.content


def test_bad_request_is_a_page():
    assert b"cannot read this request" in bad_request(RequestFactory().get("/"), ValueError()).content


@pytest.mark.django_db
def test_view_that_fails_shows_the_page(monkeypatch):
    def fail():
        raise RuntimeError("broken")

    monkeypatch.setattr("shop.views.home.category_tiles", fail)

    response = Client(raise_request_exception=False).get("/")

    assert response.status_code == 500
    assert b"Something went wrong on our side" in response.content


@pytest.mark.django_db
def test_forbidden_page(user, rf):
    request = rf.get("/admin/")
    request.user = user

    response = permission_denied(request, PermissionError())

    assert response.status_code == 403
    assert b"You cannot open this page" in response.content
