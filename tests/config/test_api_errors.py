"""Addresses that nobody knows, and mistakes of the shop, under /api/ and elsewhere."""

import json

import pytest

from config.api_errors import not_found, server_error


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("path", ["/api/nope/", "/api/v1/nope", "/api/v2/products/"])
def test_an_unknown_address_of_the_api(api, method, path, db):
    answer = getattr(api, method)(path)

    assert answer.status_code == 404
    [error] = answer.json()["errors"]
    assert (answer.json()["type"], error["code"], error["attr"]) == ("client_error", "not_found", None)


def test_an_unknown_page_is_a_page(client, db):
    answer = client.get("/nope/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_mistake_of_the_shop(rf):
    answer = server_error(rf.get("/api/v1/products/"))

    assert (answer.status_code, json.loads(answer.content)["type"]) == (500, "server_error")
    assert server_error(rf.get("/")).headers["Content-Type"].startswith("text/html")


def test_the_handlers_are_the_sites(rf, db):
    assert not_found(rf.get("/api/x"), Exception()).headers["Content-Type"] == "application/json"
