"""Products and cart through the API."""

import uuid
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER
from shop.cart.models import Cart, CartItem
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db


def test_a_product_in_a_list(api, category):
    product = ProductFactory(
        category=category,
        brand="Alto",
        price=Decimal("19.90"),
        rating_sum=9,
        rating_count=2,
        image_url="https://example.com/a.jpg",
    )

    [shown] = api.get("/api/v1/products/").json()["results"]

    assert shown == {
        "id": str(product.pk),
        "external_id": None,
        "title": product.title,
        "slug": product.slug,
        "brand": "Alto",
        "category": {"id": str(category.pk), "name": category.name, "slug": category.slug},
        "price": "19.90",
        "list_price": None,
        "currency": "USD",
        "in_stock": True,
        "rating": 4.5,
        "rating_count": 2,
        "picture_url": "https://example.com/a.jpg",
        "pictures": [{"url": "https://example.com/a.jpg", "width": None}],
        "url": f"http://testserver/p/{product.slug}/",
    }


@pytest.mark.parametrize("count", [1, 10])
def test_a_list_takes_one_query_however_long(api, count, django_assert_num_queries):
    for _ in range(count):
        product = ProductFactory()

    with django_assert_num_queries(1):
        assert len(api.get("/api/v1/products/").json()["results"]) == count
    with django_assert_num_queries(2):
        api.get("/api/v1/products/", {"category": product.category.slug, "q": "product"})


def test_one_product(api, product, django_assert_num_queries):
    with django_assert_num_queries(1):
        shown = api.get(f"/api/v1/products/{product.pk}/").json()

    assert (shown["id"], shown["stock"], shown["description"]) == (str(product.pk), 10, "")
    assert shown["picture_url"] is None


def test_hidden_and_unknown_products_are_404(api, category):
    hidden = ProductFactory(is_published=False, category=category)

    for key in (hidden.pk, uuid.uuid4()):
        assert one_error(api.get(f"/api/v1/products/{key}/"), 404) == ("client_error", "not_found", None)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_catalogue_cannot_be_written(user_api, product, method):
    for address in ("/api/v1/products/", f"/api/v1/products/{product.pk}/", "/api/v1/categories/"):
        response = getattr(user_api, method)(address, {"price": "0.01"}, format="json")
        assert response.status_code == 405

    product.refresh_from_db()
    assert product.price == Decimal("20.00")


def test_a_new_visitor_gets_a_token_that_keeps_the_cart(product):
    first = APIClient().post("/api/v1/cart/items/", {"product_id": product.pk}, format="json")
    again = APIClient(headers={TOKEN_HEADER: first[TOKEN_HEADER]})

    assert first.status_code == 201
    assert again.get("/api/v1/cart/").json() == first.json()
    assert APIClient().get("/api/v1/cart/").json()["items"] == []
    assert APIClient(headers={TOKEN_HEADER: first[TOKEN_HEADER] + "x"}).get("/api/v1/cart/").json()["items"] == []


def test_the_cart_from_start_to_end(visitor_api, product):
    item = f"/api/v1/cart/items/{product.pk}/"
    added = visitor_api.post("/api/v1/cart/items/", {"product_id": product.pk, "quantity": 2}, format="json")
    assert (added.status_code, added.json()["count"], added.json()["total"]) == (201, 2, "40.00")
    assert added.json()["items"][0]["product"]["id"] == str(product.pk)
    assert {key: added.json()["items"][0][key] for key in ("quantity", "total", "problem")} == {
        "quantity": 2,
        "total": "40.00",
        "problem": "",
    }

    changed = visitor_api.put(item, {"quantity": 3}, format="json", headers={"If-Match": added["ETag"]})
    assert (changed.status_code, changed.json()["count"]) == (200, 3)

    assert visitor_api.delete(item, headers={"If-Match": changed["ETag"]}).status_code == 204
    assert one_error(visitor_api.delete(item, headers={"If-Match": "*"}), 404) == ("client_error", "not_found", None)
    assert visitor_api.get("/api/v1/cart/").json() == {
        "items": [],
        "count": 0,
        "total": "0.00",
        "currency": "USD",
        "problems": [],
    }


@pytest.mark.parametrize("count", [1, 6])
def test_the_cart_takes_one_query_however_full(visitor_api, visitor, count, django_assert_num_queries):
    for _ in range(count):
        add_to_cart(shopper=visitor, product_id=ProductFactory().pk)

    with django_assert_num_queries(1):
        assert len(visitor_api.get("/api/v1/cart/").json()["items"]) == count


@pytest.mark.parametrize("quantity", [0, -1, 100, 10**40, 1.5, "abc", "NaN", None, [], {}, "²"])
def test_a_quantity_that_makes_no_sense_is_a_400(visitor_api, product, quantity):
    response = visitor_api.post("/api/v1/cart/items/", {"product_id": product.pk, "quantity": quantity}, format="json")

    assert one_error(response, 400)[::2] == ("validation_error", "quantity")
    assert not CartItem.objects.exists()


@pytest.mark.parametrize("body", [{}, {"product_id": "x"}, {"product_id": None}, [], "text"])
def test_a_body_that_makes_no_sense_is_a_400(visitor_api, body):
    assert visitor_api.post("/api/v1/cart/items/", body, format="json").status_code == 400


def test_refusals_of_the_cart_are_409(visitor_api, product):
    def post(**body):
        return visitor_api.post("/api/v1/cart/items/", body, format="json")

    assert one_error(post(product_id=uuid.uuid4()), 409) == ("client_error", "product_unavailable", None)
    assert one_error(post(product_id=product.pk, quantity=11), 409) == ("client_error", "not_enough_stock", None)
    Product.objects.update(stock=500)
    assert post(product_id=product.pk, quantity=99).status_code == 201
    assert one_error(post(product_id=product.pk), 409) == ("client_error", "invalid_quantity", None)
    assert CartItem.objects.get().quantity == 99


def test_an_account_has_one_cart_on_all_devices(user_api, user, product):
    user_api.post("/api/v1/cart/items/", {"product_id": product.pk}, format="json")

    assert Cart.objects.get().user == user
    assert TOKEN_HEADER not in user_api.get("/api/v1/cart/")


def test_another_shoppers_cart_is_out_of_reach(user_api, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk)

    assert user_api.get("/api/v1/cart/").json()["items"] == []
    item = f"/api/v1/cart/items/{product.pk}/"
    assert user_api.delete(item, headers={"If-Match": "*"}).status_code == 404
    assert CartItem.objects.get().cart.visitor_id == visitor.id


def test_categories_in_tree_order(api):
    lamps = CategoryFactory(name="Lamps", slug="lamps")
    CategoryFactory(name="Art", slug="art")
    CategoryFactory(name="Desk lamps", slug="desk-lamps", parent=lamps)

    assert [node["slug"] for node in api.get("/api/v1/categories/").json()["results"]] == ["art", "lamps", "desk-lamps"]
