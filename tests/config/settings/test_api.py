"""CORS: pages of allowed origins may call the API, others may not."""

import pytest

ORIGIN = "https://m.example.com"


@pytest.fixture
def allowed(settings):
    settings.CORS_ALLOWED_ORIGINS = [ORIGIN]


def preflight(client, path: str, origin: str):
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return client.options(path, headers=asked | {"Access-Control-Request-Headers": "x-session-token, idempotency-key"})


@pytest.mark.parametrize("path", ["/api/v1/cart/items/", "/_allauth/app/v1/auth/login"])
def test_an_allowed_page_may_call(client, allowed, path, db):
    answer = preflight(client, path, ORIGIN)

    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    names = answer.headers["Access-Control-Allow-Headers"]
    assert {"x-session-token", "x-visitor-token", "idempotency-key", "if-match"} <= set(names.split(", "))
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_what_it_may_read(client, allowed, db):
    answer = client.get("/api/v1/health/", headers={"Origin": ORIGIN})

    assert "X-Visitor-Token" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize(("path", "origin"), [("/api/v1/cart/", "https://evil.example"), ("/cart/", ORIGIN)])
def test_others_may_not(client, allowed, path, origin, db):
    assert "Access-Control-Allow-Origin" not in client.get(path, headers={"Origin": origin}).headers


def test_nobody_may_unless_it_is_said(settings):
    assert settings.CORS_ALLOWED_ORIGINS == []
