"""Every POST of the API: sent again it is answered again and not done again, and no body is too strange to refuse."""

import uuid
from typing import Any

import pytest
from django.apps import apps

from accounts.shoppers import Shopper
from shop.api.parsers import MOST_BYTES
from shop.cart.services import add_to_cart
from tests.committed_schema import PATHS
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db(databases="__all__")

WITH_BODY = sorted((method, path) for path in PATHS for method in PATHS[path] if "requestBody" in PATHS[path][method])
KEY = "Idempotency-Key"
# What each POST with a key is sent; PRODUCT stands for a product's id.
BODIES: dict[str, dict[str, Any]] = {
    "/api/v1/cart/items/": {"product_id": "PRODUCT", "quantity": 2},
    "/api/v1/checkout/": {
        "full_name": "Test Shopper", "street": "1 Test Street", "city": "Testing", "postal_code": "12345",
        "country": "Testland", "email": "shopper@example.com",
    },
    "/api/v1/events/": {"kind": "view", "product": "PRODUCT"},
    "/api/v1/products/{id}/reviews/": {"stars": 5, "title": "Good"},
}  # fmt: skip
# The others change nothing, so they need none.
READING = {
    "/api/v1/predict/rating/": {"pairs": [{"product": "PRODUCT"}]},
    "/api/v1/recommendations/batch/": {"shoppers": ["PRODUCT"]},
}
# Gives the same token to who sends the old one again (tests/accounts/api/test_views.py): the others know the caller.
EXCHANGE = {"/api/v1/token/rotate/"}


def filled(body: Any, product_id: uuid.UUID) -> Any:
    if isinstance(body, dict):
        return {name: filled(value, product_id) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, product_id) for value in body]
    return str(product_id) if body == "PRODUCT" else body


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of the shop and of the log."""
    configs = [apps.get_app_config(name) for name in ("accounts", "shop", "recommendations")]
    models = [model for config in configs for model in config.get_models()]
    return {model.__name__: sorted(model._default_manager.values_list(), key=repr) for model in models}


def test_every_post_takes_a_key_or_says_why_not():
    posts = {path: PATHS[path]["post"] for path in PATHS if "post" in PATHS[path]}
    keyed = {path for path, post in posts.items() if KEY in {entry["name"] for entry in post.get("parameters", ())}}

    assert keyed == set(BODIES) | EXCHANGE
    assert set(posts) - keyed == set(READING)
    assert all("Only reads" in posts[path]["description"] for path in READING)


@pytest.mark.parametrize("path", BODIES)
def test_a_post_with_a_key_is_done_once(user_api, user, product, path):
    add_to_cart(shopper=Shopper(user.pk, user), product_id=product.pk)
    address, body = path.format(id=product.pk), filled(BODIES[path], product.pk)
    headers = {KEY: str(uuid.uuid4())}
    before = contents()

    first = user_api.post(address, body, "json", headers=headers)
    once = contents()
    again = user_api.post(address, body, "json", headers=headers)

    assert first.status_code in (201, 202)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert before != once
    assert contents() == once


@pytest.mark.parametrize("path", READING)
def test_a_post_without_a_key_changes_nothing(api, staff, product, path):
    api.force_authenticate(staff)
    before = contents()

    assert api.post(path, filled(READING[path], product.pk), "json").status_code == 200

    assert contents() == before


def test_ten_megabytes_are_refused_everywhere(api, staff, product):
    api.force_authenticate(staff)
    for method, path in WITH_BODY:
        address = path.format(id=product.pk, product_id=product.pk)

        answer = api.generic(method, address, b'{"a": "' + b"x" * (10 * MOST_BYTES) + b'"}', "application/json")

        assert one_error(answer, 413) == ("client_error", "too_large", None), path
        assert "413" in PATHS[path][method]["responses"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_another_content_type_is_refused_everywhere(api, staff, product, content_type):
    api.force_authenticate(staff)
    for method, path in WITH_BODY:
        address = path.format(id=product.pk, product_id=product.pk)

        answer = api.generic(method, address, b"kind=view", content_type)

        assert one_error(answer, 415) == ("client_error", "unsupported_media_type", None), path
        assert "415" in PATHS[path][method]["responses"]
