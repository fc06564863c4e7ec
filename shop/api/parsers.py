"""Request bodies: JSON of a bounded size and depth."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MOST_BYTES = 1024 * 1024
# Lists and objects within each other; what the API takes has three.
MOST_DEPTH = 32


class BodyTooLarge(APIException):
    """413: the body is longer than any request needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = f"The body is too large: at most {MOST_BYTES} bytes."


class BoundedJSONParser(JSONParser):
    """Parses JSON of at most MOST_BYTES and MOST_DEPTH. Raises BodyTooLarge before reading a longer body.

    Raises ParseError for halves of surrogate pairs, too, which the parent accepts and nothing can store.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        request = (parser_context or {}).get("request")
        length = request.META.get("CONTENT_LENGTH") if request is not None else None
        if length and length.isdigit() and int(length) > MOST_BYTES:
            raise BodyTooLarge
        try:
            data = orjson.loads(stream.read())
        except orjson.JSONDecodeError as error:
            raise ParseError(f"JSON parse error - {error}") from None
        if _is_too_deep(data):
            raise ParseError(f"JSON parse error - more than {MOST_DEPTH} lists and objects within each other.")
        return data


def _is_too_deep(data: Any) -> bool:
    level = [data]
    for _ in range(MOST_DEPTH + 1):
        level = [
            part
            for node in level
            if isinstance(node, dict | list)
            for part in (node.values() if isinstance(node, dict) else node)
        ]
        if not level:
            return False
    return True
