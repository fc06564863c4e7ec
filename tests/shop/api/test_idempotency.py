"""`Idempotency-Key`: a POST that is sent again is answered again, not done again."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connections
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, visitor_token
from recommendations.behaviour.models import Interaction
from shop.api.idempotency import KEPT
from shop.api.models import StoredAnswer
from shop.cart.models import CartItem
from tests.factories import ProductFactory
from tests.shop.api.answers import one_error

URL = "/api/v1/cart/items/"
KEY = {"Idempotency-Key": "one-and-only"}


@pytest.mark.django_db
def test_a_repeated_request_is_answered_and_not_done_again(visitor_api, product):
    body = {"product_id": str(product.pk), "quantity": 2}
    first = visitor_api.post(URL, body, "json", headers=KEY)
    again = visitor_api.post(URL, body, "json", headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert again["ETag"] == first["ETag"]
    assert CartItem.objects.get().quantity == 2


@pytest.mark.django_db
def test_the_same_key_with_another_request_is_refused(visitor_api, product):
    body = {"product_id": str(product.pk)}
    visitor_api.post(URL, body, "json", headers=KEY)

    other_body = visitor_api.post(URL, body | {"quantity": 2}, "json", headers=KEY)
    other_address = visitor_api.post("/api/v1/events/", body, "json", headers=KEY)
    other_query = visitor_api.post(f"{URL}?x=1", body, "json", headers=KEY)

    assert one_error(other_body, 409) == ("client_error", "key_reused", None)
    assert one_error(other_address, 409) == ("client_error", "key_reused", None)
    assert one_error(other_query, 409) == ("client_error", "key_reused", None)
    assert CartItem.objects.get().quantity == 1


@pytest.mark.django_db
def test_keys_of_different_callers_do_not_meet(api, visitor_api, product):
    body = {"product_id": str(product.pk)}
    mine = visitor_api.post(URL, body, "json", headers=KEY)
    theirs = api.post(URL, body, "json", headers=KEY | {TOKEN_HEADER: visitor_token(uuid.uuid4())})

    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert "Idempotent-Replayed" not in theirs
    assert StoredAnswer.objects.count() == 2


@pytest.mark.django_db
def test_a_refused_request_may_be_tried_again(visitor_api, product):
    body = {"product_id": str(product.pk), "quantity": 11}
    assert one_error(visitor_api.post(URL, body, "json", headers=KEY), 409)[1] == "not_enough_stock"
    type(product).objects.update(stock=11)

    assert visitor_api.post(URL, body, "json", headers=KEY).status_code == 201
    assert StoredAnswer.objects.count() == 1


@pytest.mark.django_db
def test_a_key_is_kept_for_a_day(visitor_api, product):
    body = {"product_id": str(product.pk)}
    visitor_api.post(URL, body, "json", headers=KEY)
    row = StoredAnswer.objects.get()
    StoredAnswer.objects.update(created_at=row.created_at - KEPT - timedelta(seconds=1))

    assert "Idempotent-Replayed" not in visitor_api.post(URL, body, "json", headers=KEY)
    assert CartItem.objects.get().quantity == 2
    assert StoredAnswer.objects.exclude(pk=row.pk).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"], ids=["empty", "long", "control"])
def test_a_key_that_is_none_is_refused(visitor_api, product, key):
    answer = visitor_api.post(URL, {"product_id": str(product.pk)}, "json", headers={"Idempotency-Key": key})

    assert one_error(answer, 400) == ("validation_error", "invalid", "Idempotency-Key")
    assert not CartItem.objects.exists()


@pytest.mark.django_db(databases="__all__")
def test_events_without_ids_are_stored_once(visitor_api, product):
    event = {"kind": "view", "product": str(product.pk)}
    for _ in range(2):
        assert visitor_api.post("/api/v1/events/", event, "json", headers=KEY).status_code == 202

    assert Interaction.objects.count() == 1


@pytest.mark.django_db(transaction=True, databases="__all__")
def test_of_several_at_the_same_moment_one_is_done(visitor):
    product = ProductFactory()
    start, statuses = threading.Barrier(4), []

    def send() -> None:
        client = APIClient(headers={TOKEN_HEADER: visitor_token(visitor.id)})
        start.wait()
        try:
            answer = client.post(URL, {"product_id": str(product.pk)}, "json", headers=KEY)
            statuses.append(answer.status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert statuses == [201] * 4
    assert CartItem.objects.get().quantity == 1
