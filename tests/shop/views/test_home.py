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
    user_client.get("/")
    few = reads_of(user_client, "/")
    ProductFactory.create_batch(30, category=category)
    for _ in range(5):
        ProductFactory.create(category=CategoryFactory.create(parent=category))

    assert reads_of(user_client, "/") == few
    assert few <= 12


def test_only_safe_methods(client):
    assert client.post("/").status_code == 405


def test_what_does_not_suit_can_be_waved_away_and_taken_back(client, product):
    wave, undo = (f"/recommendations/{verb}/{product.pk}/" for verb in ("not-interested", "undo-not-interested"))
    assert f'hx-post="{wave}" hx-target="closest li"' in client.get("/").content.decode()

    tile = client.post(wave, headers={"HX-Request": "true"}).content.decode()
    assert f'hx-post="{undo}"' in tile
    assert product.title in tile

    card = client.post(undo, headers={"HX-Request": "true"}).content.decode()
    assert card.count('<article class="product-card">') == 1
    assert product.get_absolute_url() in card
