"""Conditional requests: unchanged answers (304) and stale carts (412)."""

import pytest
import time_machine

from accounts.shoppers import Shopper
from shop.cart.models import CartItem
from shop.cart.services import add_to_cart
from tests.committed_schema import PATHS
from tests.factories import CategoryFactory, ProductFactory, ReviewFactory
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db(databases="__all__")


def operations_with(header: str) -> list[tuple[str, str]]:
    """Return (method, path) of the operations that take this header, as the schema says."""
    return sorted(
        (method, path)
        for path, operations in PATHS.items()
        for method, operation in operations.items()
        if header in {parameter["name"] for parameter in operation.get("parameters", ())}
    )


@pytest.mark.parametrize("path", [path for _, path in operations_with("If-None-Match")])
def test_fault_51_what_the_client_has_is_not_sent_again(api, product, path):
    ReviewFactory(product=product)
    address = path.format(id=product.pk)
    first = api.get(address)

    known = api.get(address, headers={"If-None-Match": f'"another", {first["ETag"]}'})
    other = api.get(address, headers={"If-None-Match": '"another"'})

    assert (known.status_code, known.content, known["ETag"]) == (304, b"", first["ETag"])
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.parametrize("path", [path for _, path in operations_with("If-None-Match")])
def test_fault_51_a_page_in_the_middle_is_the_same_later_too(api, product, path):
    """Whatever else a page says of those around it, the moment is no part of it."""
    address = path.format(id=product.pk) + "?limit=1"
    with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
        CategoryFactory.create_batch(2)
        ProductFactory.create_batch(2, category=product.category)
        ReviewFactory.create_batch(3, product=product)
        first = api.get(address)
        address = (first.json().get("next") if path != "/api/v1/cart/" else None) or address
        first = api.get(address)

    with time_machine.travel("2026-03-01T12:00:05Z", tick=False):
        later, known = api.get(address), api.get(address, headers={"If-None-Match": first["ETag"]})

    assert (later.content, later["ETag"]) == (first.content, first["ETag"])
    assert (known.status_code, known.content) == (304, b"")


@pytest.mark.parametrize("path", [path for _, path in operations_with("If-None-Match")])
def test_fault_51_to_ask_for_the_head_alone_gives_the_tag(api, product, path):
    address = path.format(id=product.pk)
    first = api.get(address)

    head, known = api.head(address), api.head(address, headers={"If-None-Match": first["ETag"]})

    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])
    assert (known.status_code, known["ETag"]) == (304, first["ETag"])


@pytest.mark.parametrize(("method", "path"), operations_with("If-Match"))
def test_fault_51_a_change_of_what_was_changed_meanwhile_is_refused(user_api, user, product, method, path):
    add_to_cart(shopper=Shopper(user.pk, user), product_id=product.pk)
    seen = user_api.get("/api/v1/cart/")["ETag"]
    add_to_cart(shopper=Shopper(user.pk, user), product_id=product.pk)
    address = path.format(product_id=product.pk)

    stale = user_api.generic(method, address, '{"quantity": 5}', "application/json", headers={"If-Match": seen})
    blind = user_api.generic(method, address, '{"quantity": 5}', "application/json")

    assert one_error(stale, 412)[1] == "precondition_failed"
    assert one_error(blind, 428)[1] == "precondition_required"
    assert CartItem.objects.get().quantity == 2


def test_fault_51_the_schema_names_both():
    assert len(operations_with("If-None-Match")) == 6
    assert len(operations_with("If-Match")) == 2
    for header, status in (("If-None-Match", "304"), ("If-Match", "412")):
        for method, path in operations_with(header):
            assert status in PATHS[path][method]["responses"]
