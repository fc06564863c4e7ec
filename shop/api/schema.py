"""Additions to the generated OpenAPI schema."""

from typing import Any

from shop.api.parsers import MOST_BYTES

ETAG = {"description": "Send it as If-None-Match, or as If-Match.", "schema": {"type": "string"}}
PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RETRY_AFTER = {"description": "Seconds to wait before the next try.", "schema": {"type": "integer"}}
# One uses no database, the other documents its own 503.
NEVER_UNAVAILABLE = ("/api/v1/health/", "/api/v1/ready/")
_METHODS = {"get", "post", "put", "patch", "delete"}


def add_body_limits(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Require the body of every POST, and document the 413 for a longer one (a drf-spectacular hook)."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method in _METHODS and "requestBody" in operation:
                if method == "post":
                    operation["requestBody"]["required"] = True
                operation["responses"]["413"] = {
                    "description": f"The body is longer than {MOST_BYTES} bytes.",
                    "content": PROBLEM,
                }
    return result


def add_not_modified(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Document the ETag and the 304 of every operation that takes If-None-Match (a drf-spectacular hook)."""
    for operations in result["paths"].values():
        for operation in operations.values():
            if any(parameter["name"] == "If-None-Match" for parameter in operation.get("parameters", ())):
                operation["responses"]["200"]["headers"] = {"ETag": ETAG}
                operation["responses"]["304"] = {"description": "What the client has is what there is."}
    return result


def add_unavailable(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Document the 503 without a database, and the Retry-After of every 429 (a drf-spectacular hook)."""
    for path, operations in result["paths"].items():
        for operation in operations.values():
            if path not in NEVER_UNAVAILABLE:
                operation["responses"]["503"] = {
                    "description": "A database is away: nothing was changed, the same request may be sent again.",
                    "content": PROBLEM,
                    "headers": {"Retry-After": RETRY_AFTER},
                }
            if "429" in operation["responses"]:
                operation["responses"]["429"]["headers"] = {"Retry-After": RETRY_AFTER}
    return result
