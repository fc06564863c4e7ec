"""What the generated OpenAPI schema cannot know by itself."""

from typing import Any

from shop.api.parsers import MOST_BYTES

ETAG = {"description": "Send it as If-None-Match, or as If-Match.", "schema": {"type": "string"}}
_METHODS = {"get", "post", "put", "patch", "delete"}


def add_body_limits(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of every operation with a body that a POST needs it, and what a longer one is (a drf-spectacular hook)."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method in _METHODS and "requestBody" in operation:
                if method == "post":
                    operation["requestBody"]["required"] = True
                operation["responses"]["413"] = {
                    "description": f"The body is longer than {MOST_BYTES} bytes.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
    return result


def add_not_modified(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of every operation that takes If-None-Match that it gives an ETag and may be a 304 (another such hook)."""
    for operations in result["paths"].values():
        for operation in operations.values():
            if any(parameter["name"] == "If-None-Match" for parameter in operation.get("parameters", ())):
                operation["responses"]["200"]["headers"] = {"ETag": ETAG}
                operation["responses"]["304"] = {"description": "What the client has is what there is."}
    return result
