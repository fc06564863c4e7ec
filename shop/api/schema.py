"""What the generated OpenAPI schema cannot know by itself."""

from typing import Any

from shop.api.parsers import MOST_BYTES

_METHODS = {"get", "post", "put", "patch", "delete"}


def add_body_limits(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Say of every operation with a body that a longer one is a 413 (a drf-spectacular postprocessing hook)."""
    for operations in result["paths"].values():
        for method, operation in operations.items():
            if method in _METHODS and "requestBody" in operation:
                operation["responses"]["413"] = {
                    "description": f"The body is longer than {MOST_BYTES} bytes.",
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
    return result
