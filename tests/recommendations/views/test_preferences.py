"""“Not interested”, and taking it back."""

import uuid

import pytest
from django.db import DatabaseError
from django.test import Client
from django.urls import reverse

from accounts.shoppers import COOKIE_NAME, read_visitor_token
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.selectors import preferences
from recommendations.lists.intents.registry import FOR_YOU
from tests.factories import ProductFactory
from tests.recommendations.publishing import ids, publish
from tests.recommendations.shopping import recommend

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def products(category):
    products = ProductFactory.create_batch(4, category=category)
    publish(products)
    return products


def dismiss(product) -> str:
    return reverse("recommendations:not-interested", args=[product.pk])


def undo(product) -> str:
    return reverse("recommendations:undo-not-interested", args=[product.pk])


def shown(user) -> set[uuid.UUID]:
    return set(ids(recommend(shopper_id=user.pk, intent=FOR_YOU).items))


def test_a_dismissed_product_is_gone_until_it_is_taken_back(user_client, user, products):
    tile = user_client.post(dismiss(products[0]), headers=HTMX)

    assert tile.status_code == 200
    assert undo(products[0]) in tile.content.decode()
    assert shown(user) == {product.pk for product in products[1:]}

    card = user_client.post(undo(products[0]), headers=HTMX)

    assert products[0].title in card.content.decode()
    assert dismiss(products[0]) in card.content.decode()
    assert shown(user) == {product.pk for product in products}


def test_a_visitor_may_dismiss_too(client, products):
    client.post(dismiss(products[0]), headers=HTMX)
    client.post(dismiss(products[1]), headers=HTMX)

    assert len(set(Interaction.objects.values_list("shopper_id", flat=True))) == 1


@pytest.mark.parametrize(
    ("referer", "target"),
    [
        ("http://testserver/search/?q=lamp", "http://testserver/search/?q=lamp"),
        ("http://elsewhere.example/", "/"),
        ("", "/"),
    ],
)
def test_without_htmx_the_shopper_goes_back(user_client, products, referer, target):
    answer = user_client.post(dismiss(products[0]), headers={"Referer": referer})

    assert (answer.status_code, answer["Location"]) == (302, target)


@pytest.mark.parametrize("address", [dismiss, undo])
def test_unknown_or_hidden_products_and_other_methods_are_refused(user_client, address, products):
    products[0].is_published = False
    products[0].save()

    assert user_client.post(address(products[0])).status_code == 404
    assert user_client.post(address(ProductFactory.build())).status_code == 404
    assert user_client.get(address(products[1])).status_code == 405
    assert not Interaction.objects.exists()


def test_a_request_from_elsewhere_is_refused(user, products):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(dismiss(products[0])).status_code == 403
    assert not Interaction.objects.exists()


CATEGORIES = reverse("recommendations:categories")
PREFERENCES = reverse("recommendations:preferences")


def test_a_stranger_is_invited_chooses_and_finds_the_choice_on_the_home_page(client, products, category):
    home = client.get("/").content.decode()
    assert f'href="{CATEGORIES}"' in home
    assert "These products are popular" in home

    page = client.get(CATEGORIES)
    assert f'value="{category.pk}"' in page.content.decode()
    assert "Skip" in page.content.decode()
    after = client.post(CATEGORIES, {"categories": [str(category.pk)]}, follow=True).content.decode()

    assert f"From {category.name}, which you chose" in after
    assert "These products are popular" not in after
    assert 'Change<span class="visually-hidden"> your categories</span>' in after
    [event] = Interaction.objects.all()
    assert (event.kind, event.category_id) == ("choose_category", category.pk)


def test_a_choice_is_shown_ticked_and_can_be_taken_back(user_client, products, category):
    user_client.post(CATEGORIES, {"categories": [str(category.pk)]})
    assert f'value="{category.pk}" checked' in user_client.get(CATEGORIES).content.decode()
    assert category.name in user_client.get(PREFERENCES).content.decode()

    page = user_client.post(reverse("recommendations:forget-categories"), follow=True).content.decode()

    assert "Clear my choice" not in page
    assert f'value="{category.pk}" checked' not in user_client.get(CATEGORIES).content.decode()


def test_choosing_nothing_is_said_and_writes_nothing(client, products):
    answer = client.post(CATEGORIES, {})

    assert answer.status_code == 422
    assert "Choose at least one category" in answer.content.decode()
    assert not Interaction.objects.exists()


def test_what_was_viewed_is_forgotten_with_a_button_that_says_what_it_does(client, products):
    client.get(products[0].get_absolute_url())
    Interaction.objects.create(shopper_id=viewer(client), kind="view", product_id=products[0].pk)
    assert "Clear recently viewed" in client.get(PREFERENCES).content.decode()
    assert f'href="{PREFERENCES}#viewed"' in client.get("/").content.decode()

    page = client.post(reverse("recommendations:forget-viewed"), follow=True).content.decode()

    assert "You have no recently viewed products" in page
    assert "rail-home-recently_viewed" not in client.get("/").content.decode()


def test_dismissed_products_are_listed_where_they_can_be_taken_back(user_client, products):
    user_client.post(dismiss(products[0]))
    page = user_client.get(PREFERENCES).content.decode()
    assert products[0].title in page

    back = user_client.post(undo(products[0]), headers={"Referer": f"http://testserver{PREFERENCES}"}, follow=True)

    assert products[0].title not in back.content.decode()


def test_looking_at_the_pages_makes_nobody_a_visitor(client, products):
    for address in (CATEGORIES, PREFERENCES):
        assert COOKIE_NAME not in client.get(address).cookies


@pytest.mark.parametrize("action", ["forget-categories", "forget-viewed"])
def test_what_changes_something_wants_a_post(client, action):
    assert client.get(reverse(f"recommendations:{action}")).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
def test_with_the_behaviour_database_away_one_is_told_so(user_client, products, category, method, monkeypatch):
    def fail(*_, **__):
        raise DatabaseError("away")

    monkeypatch.setattr(preferences, "read_history", fail)
    page = getattr(user_client, method)(CATEGORIES, {"categories": [str(category.pk)]}, follow=True)

    assert page.status_code == 200
    assert "cannot be reached right now" in page.content.decode()


@pytest.mark.parametrize("address", [dismiss, undo])
def test_with_it_away_a_product_is_not_waved_away_and_the_page_says_why(user_client, products, monkeypatch, address):
    def fail(*_, **__):
        raise DatabaseError("away")

    monkeypatch.setattr(Interaction, "save", fail)
    piece = user_client.post(address(products[0]), headers={"HX-Request": "true"})
    page = user_client.post(address(products[0]), follow=True)

    assert (piece.status_code, piece.headers["HX-Refresh"], piece.content) == (503, "true", b"")
    assert "cannot be reached right now" in page.content.decode()


def viewer(client: Client) -> uuid.UUID:
    visitor = read_visitor_token(client.cookies[COOKIE_NAME].value)
    assert visitor is not None
    return visitor
