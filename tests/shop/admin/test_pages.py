"""Every page of the admin answers, and takes the same number of queries however much is in the shop."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from shop.cart.models import Cart
from shop.catalogue.models import Category, Product
from shop.opinions.models import Review
from shop.orders.models import Order
from tests.factories import (
    CartFactory,
    CartItemFactory,
    CategoryFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    ReviewFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
OWN = [Product, Category, Order, Cart, Review, User, Group, EmailAddress]
WITHOUT_ADDING = {Order, Review}
MOST_QUERIES = 12
registered = sorted(admin.site._registry, key=lambda model: model._meta.label)


def address(model, page: str, *arguments) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def fill(count: int) -> None:
    for _ in range(count):
        user = UserFactory()
        EmailAddress.objects.create(user=user, email=user.email)
        Group.objects.create(name=f"Group of {user.email}")
        product = ProductFactory(
            category=CategoryFactory(parent=CategoryFactory()), image_url="https://example.com/a.jpg"
        )
        for cart in (CartFactory(user=user), CartFactory(user=None, visitor_id=user.pk)):
            CartItemFactory.create_batch(2, cart=cart)
        OrderLineFactory.create_batch(2, order=OrderFactory(user=user))
        ReviewFactory(product=product, author=user)


def queries(client, path: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = client.get(path)
    assert response.status_code == 200, path
    return len(captured)


@pytest.mark.parametrize("model", registered, ids=lambda model: model._meta.label)
def test_lists_and_forms_answer(staff_client, model):
    assert staff_client.get(address(model, "changelist")).status_code == 200
    may_add = admin.site._registry[model].has_add_permission(staff_client.get("/admin/").wsgi_request)
    assert staff_client.get(address(model, "add")).status_code == (200 if may_add else 403)
    if model in OWN:
        assert may_add is (model not in WITHOUT_ADDING)


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_lists_take_the_same_number_of_queries_however_long(staff_client, model):
    fill(1)
    few = queries(staff_client, address(model, "changelist"))
    fill(5)

    assert queries(staff_client, address(model, "changelist")) == few <= MOST_QUERIES


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_each_row_can_be_opened_in_bounded_queries(staff_client, model):
    fill(2)

    for row in model.objects.all():
        assert queries(staff_client, address(model, "change", row.pk)) <= MOST_QUERIES


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_lists_can_be_searched(staff_client, model):
    fill(1)

    for words in ("e", "nothing of the kind", "%_'\"\\", "x" * 1000):
        assert queries(staff_client, address(model, "changelist") + f"?q={words.replace('%', '%25')}") <= MOST_QUERIES


@pytest.mark.parametrize("model", [Order, Review])
def test_what_staff_may_not_delete_or_invent(staff_client, model):
    fill(1)
    row = model.objects.get()

    response = staff_client.post(address(model, "add"), {})

    assert response.status_code == 403
    assert model.objects.get() == row


def test_orders_cannot_be_deleted(staff_client):
    fill(1)

    assert staff_client.post(address(Order, "delete", Order.objects.get().pk), {"post": "yes"}).status_code == 403
    assert Order.objects.exists()


@pytest.mark.parametrize("model", OWN, ids=lambda model: model._meta.label)
def test_shoppers_and_strangers_are_sent_to_the_login(user_client, client, model):
    for visitor in (user_client, client):
        assert visitor.get(address(model, "changelist")).status_code in (302, 403)


def test_the_front_page_and_its_menu(staff_client):
    page = staff_client.get("/admin/").content.decode()

    assert "<title>" in page
    assert "Kindred" in page
    for model in OWN:
        assert f'href="{address(model, "changelist")}"' in page
