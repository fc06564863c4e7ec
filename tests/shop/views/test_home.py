"""The home page."""

import pytest

from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_newest_products_that_can_be_bought(client, category):
    old = ProductFactory.create(category=category, title="The old one")
    newest = ProductFactory.create_batch(12, category=category)
    refused = [
        ProductFactory.create(category=category, stock=0),
        ProductFactory.create(category=category, price=None),
        ProductFactory.create(category=category, is_published=False),
    ]

    shown = list(client.get("/").context["newest"])

    assert shown == newest[::-1]
    assert old not in shown
    assert not set(refused) & set(shown)


def test_tiles_lead_to_the_top_categories(client):
    top = CategoryFactory.create(name="Kitchen")
    CategoryFactory.create(name="Coffee", parent=top)

    page = client.get("/").content.decode()

    assert page.count('class="tile ') == 1
    assert '<a class="tile tinted tint-0" href="/c/kitchen/">' in page


def test_empty_shop_says_so(client):
    response = client.get("/")

    assert response.status_code == 200
    assert "Nothing is for sale yet" in response.content.decode()


def test_looking_makes_nobody_a_visitor(client, product):
    response = client.get("/")

    assert response.cookies.keys() <= {"csrftoken"}


def test_constant_number_of_queries(user_client, category, reads_of):
    ProductFactory.create(category=category)
    few = reads_of(user_client, "/")
    ProductFactory.create_batch(30, category=category)
    for _ in range(5):
        ProductFactory.create(category=CategoryFactory.create(parent=category))

    assert reads_of(user_client, "/") == few
    assert few <= 12


def test_only_safe_methods(client):
    assert client.post("/").status_code == 405
