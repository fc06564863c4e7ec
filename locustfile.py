"""Shoppers for locust: `locust --host http://127.0.0.1:8000`, or `python -m benchmarks.shoppers` with an own shop.

Each is a mobile client without an account. It keeps the visitor token of its first answer, looks at rails and products,
searches, reports events, sometimes puts something into its cart, and asks for predicted ratings.
"""

import random
from typing import Any

from locust import FastHttpUser, between, task

API = "/api/v1"
TOKEN_HEADER = "X-Visitor-Token"  # noqa: S105 the name of a header
AGENT = "KindredApp/1.0 (load)"
INTENTS = ("for_you", "for_you", "for_you", "trending", "recently_viewed")


class Shopper(FastHttpUser):
    """One shopper; two to eight seconds between two of its requests."""

    wait_time = between(2, 8)

    def on_start(self) -> None:
        self.token = ""
        self.seen: list[dict[str, Any]] = []
        self.look_at_a_rail()

    @task(40)
    def look_at_a_rail(self) -> None:
        """A rail of the home screen."""
        query = f"intent={random.choice(INTENTS)}&slot=home&limit=12"
        self._remember(self._ask("GET", f"/recommendations/?{query}", "rail"), "items")

    @task(20)
    def look_at_a_product(self) -> None:
        """A product, its similar products, and the event of its view."""
        if not (product := self._seen_product()):
            return
        self._ask("GET", f"/products/{product['id']}/", "product")
        similar = f"/recommendations/?intent=similar&item={product['id']}&slot=product&limit=12"
        self._remember(self._ask("GET", similar, "similar rail"), "items")
        self._ask("POST", "/events/", "event", {"kind": "view", "product": product["id"]})

    @task(15)
    def search(self) -> None:
        """A search for a word of a title seen before."""
        if product := self._seen_product():
            word = random.choice(product["title"].split())
            self._remember(self._ask("GET", f"/products/?q={word}&limit=20", "search"), "results")

    @task(5)
    def put_into_the_cart(self) -> None:
        """A product into the cart, and a look at it."""
        if (product := self._seen_product()) and product["in_stock"]:
            self._ask("POST", "/cart/items/", "add to cart", {"product_id": product["id"], "quantity": 1})
            self._ask("GET", "/cart/", "cart")

    @task(8)
    def ask_for_a_rating(self) -> None:
        """The stars that this shopper would give."""
        if product := self._seen_product():
            self._ask("GET", f"/predict/rating/?product={product['id']}", "predicted rating")

    def _seen_product(self) -> dict[str, Any] | None:
        return random.choice(self.seen) if self.seen else None

    def _remember(self, answer: dict[str, Any], key: str) -> None:
        found = [item.get("product", item) for item in answer.get(key, ())]
        self.seen = (found + self.seen)[:60]

    def _ask(self, method: str, path: str, name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request with the token; return the JSON of the answer, empty when it failed (locust counts that)."""
        headers = {"User-Agent": AGENT, **({TOKEN_HEADER: self.token} if self.token else {})}
        response = self.client.request(method, API + path, name=name, json=body, headers=headers)
        if response.headers is None or not response.ok:
            return {}
        self.token = str(response.headers.get(TOKEN_HEADER) or self.token)
        answer: dict[str, Any] = response.json()
        return answer
