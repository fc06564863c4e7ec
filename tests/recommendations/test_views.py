"""“Not interested”, and taking it back."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from recommendations.models import Interaction
from recommendations.selectors import Intent, recommend
from tests.factories import ProductFactory
from tests.recommendations.publishing import ids, publish

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
    return set(ids(recommend(shopper_id=user.pk, intent=Intent.FOR_YOU).items))


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
