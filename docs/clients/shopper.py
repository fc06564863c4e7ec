"""Example client generated from docs/openapi.yaml: sign up, read a list, report a view, fill the cart, order."""

import json
import sys
import urllib.request
import uuid

from kindred_client import AuthenticatedClient
from kindred_client.api.cart import cart_items_create, cart_items_update, cart_retrieve
from kindred_client.api.checkout import checkout_create
from kindred_client.api.events import events_create
from kindred_client.api.recommendations import recommendations_retrieve
from kindred_client.models import (
    Cart,
    CheckoutRequest,
    EventBatchRequest,
    EventOutcome,
    EventRequest,
    KindEnum,
    NewCartItemRequest,
    Order,
    Problem,
    QuantityRequest,
    Recommendations,
    Refusal,
)


def enter(address: str, how: str, email: str, password: str) -> str:
    """Sign up or in (`how`: signup or login), which the schema does not cover; return the token."""
    request = urllib.request.Request(
        f"{address}/_allauth/app/v1/auth/{how}",
        json.dumps({"email": email, "password": password}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["meta"]["session_token"])


def reasons(answer: object) -> str:
    """Return the reasons of a refusal."""
    if isinstance(answer, Problem | Refusal):
        return "; ".join(f"{reason.attr or 'request'}: {reason.detail}" for reason in answer.errors)
    return "an answer that is not in the schema"


def shop(address: str, email: str, password: str) -> str:
    """Order two of the first product recommended to a new account; return the order's number."""
    token = enter(address, "signup", email, password)
    client = AuthenticatedClient(address, token, prefix="", auth_header_name="X-Session-Token")

    recommended = recommendations_retrieve.sync(client=client, slot="app-home", limit=5)
    assert isinstance(recommended, Recommendations), reasons(recommended)
    product = recommended.items[0].product.id

    view = EventRequest(KindEnum.VIEW, id=uuid.uuid4(), product=product, recomm_id=recommended.recomm_id)
    outcome = events_create.sync(client=client, body=EventBatchRequest([view]))
    assert isinstance(outcome, EventOutcome), reasons(outcome)

    line = NewCartItemRequest(product, quantity=1)
    cart = cart_items_create.sync(client=client, body=line, idempotency_key=str(uuid.uuid4()))
    assert isinstance(cart, Cart), reasons(cart)
    etag = cart_retrieve.sync_detailed(client=client).headers["ETag"]
    cart = cart_items_update.sync(product, client=client, body=QuantityRequest(2), if_match=etag)
    assert isinstance(cart, Cart), reasons(cart)

    checkout = CheckoutRequest(
        full_name="App Shopper", email=email, street="1 Some Street", postal_code="10115", city="Sometown",
        country="Somewhere", expected_total=cart.total,
    )  # fmt: skip
    order = checkout_create.sync(client=client, body=checkout, idempotency_key=str(uuid.uuid4()))
    assert isinstance(order, Order), reasons(order)
    return order.number


if __name__ == "__main__":
    print(shop(*sys.argv[1:4]))
