"""HTTP client for shoppers without an account: one open connection per thread, an own address per shopper."""

from __future__ import annotations

import http.client
import json
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

SECONDS_TO_ANSWER = 30.0
# A killed web process closes its connections. Requests that it did not answer are sent again.
SECONDS_OF_ATTEMPTS = 60.0
EVENTS, RECOMMENDATIONS, PRODUCTS = "/api/v1/events/", "/api/v1/recommendations/", "/api/v1/products/"
Ranked = list[tuple[str, float]]


class ClientError(RuntimeError):
    """The shop refused a request or did not answer it."""


def loopback_address(number: int) -> str:
    """Return an address of this machine for a shopper: limits per address then hold for each by itself."""
    return f"127.{1 + number // 62_500 % 250}.{1 + number // 250 % 250}.{1 + number % 250}"


class ShopClient:
    """Sends requests to one shop. Threads may share it: each thread and source address has its own connection."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self._host, self._port = str(parts.hostname), int(parts.port or 80)
        self._kept = threading.local()
        self._all: set[http.client.HTTPConnection] = set()
        self.n_repeated = 0

    def post(self, path: str, body: Any, *, source: str, token: str = "") -> tuple[int, Any, str]:
        """Send JSON; return status, JSON answer and visitor token."""
        return self._answered("POST", path, json.dumps(body).encode(), source, token)

    def get(self, path: str, query: dict[str, Any], *, source: str, token: str = "") -> tuple[int, Any, str]:
        """Send a query; return status, JSON answer and visitor token."""
        return self._answered("GET", f"{path}?{urlencode(query)}", None, source, token)

    def close(self) -> None:
        """Close the connections of all threads; no request may be running."""
        for connection in self._all:
            connection.close()

    def _answered(self, method: str, path: str, body: bytes | None, source: str, token: str) -> tuple[int, Any, str]:
        """Return the answer. Send again until there is one: that is harmless, because events have ids."""
        headers = {"Content-Type": "application/json", **({"X-Visitor-Token": token} if token else {})}
        deadline = time.monotonic() + SECONDS_OF_ATTEMPTS
        while True:
            connection = self._connection(source)
            try:
                connection.request(method, path, body, headers)
                response = connection.getresponse()
                text = response.read()
                if response.status < 500:
                    return response.status, json.loads(text), response.headers.get("X-Visitor-Token", token)
                problem = f"status {response.status}"
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                problem = f"{type(error).__name__}: {error}"
            if time.monotonic() > deadline:
                raise ClientError(f"{method} {path.partition('?')[0]} was not answered: {problem}")
            self.n_repeated += 1
            time.sleep(0.02)

    def _connection(self, source: str) -> http.client.HTTPConnection:
        connections: dict[str, http.client.HTTPConnection] = self._kept.__dict__.setdefault("connections", {})
        if source not in connections:
            # Few connections stay open: a web worker has two threads, and each serves one connection at a time.
            for connection in connections.values():
                connection.close()
                self._all.discard(connection)
            connections.clear()
            connections[source] = http.client.HTTPConnection(
                self._host, self._port, timeout=SECONDS_TO_ANSWER, source_address=(source, 0)
            )
            self._all.add(connections[source])
        return connections[source]


@dataclass
class Visitor:
    """An anonymous shopper of a shop; `token` comes with the first answer."""

    client: ShopClient
    number: int
    token: str = ""

    @property
    def source(self) -> str:
        return loopback_address(self.number)

    def report(self, events: list[dict[str, Any]]) -> dict[str, Any]:
        """Send one event, or several as a batch; return the answer; raise ClientError when refused."""
        body = events[0] if len(events) == 1 else {"events": events}
        status, answer, self.token = self.client.post(EVENTS, body, source=self.source, token=self.token)
        if status not in (202, 207):
            raise ClientError(f"The shop refused events with status {status}: {answer}")
        return dict(answer)

    def recommended(self, **query: Any) -> Ranked:
        """Return product ids and scores of a list."""
        status, answer, self.token = self.client.get(RECOMMENDATIONS, query, source=self.source, token=self.token)
        if status != 200:
            raise ClientError(f"The shop answered {RECOMMENDATIONS} with status {status}: {answer}")
        return [(item["product"]["id"], round(item["score"], 6)) for item in answer["items"]]


def product_ids(client: ShopClient) -> list[str]:
    """Return the ids of the shop's first hundred products."""
    _, answer, _ = client.get(PRODUCTS, {"limit": 100}, source=loopback_address(0))
    return [product["id"] for product in answer["results"]]
