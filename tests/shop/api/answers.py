"""Reading the API's answers."""

from typing import Any


def one_error(response: Any, status: int) -> tuple[str, str, str | None]:
    """Return (type, code, attr) of the only error of an answer that must have this status."""
    assert response.status_code == status, response.content
    [error] = response.json()["errors"]
    return response.json()["type"], error["code"], error["attr"]
