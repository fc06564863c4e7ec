"""Bodies of requests: JSON of a bounded size."""

from collections.abc import Mapping
from typing import IO, Any

from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser

MOST_BYTES = 1024 * 1024


class BodyTooLarge(APIException):
    """413: the body is longer than any request needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"
    default_detail = f"The body is too large: at most {MOST_BYTES} bytes."


class BoundedJSONParser(JSONParser):
    """Reads JSON of at most MOST_BYTES; raises BodyTooLarge before reading what announces more."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        request = (parser_context or {}).get("request")
        announced = request.META.get("CONTENT_LENGTH") if request is not None else None
        if announced and announced.isdigit() and int(announced) > MOST_BYTES:
            raise BodyTooLarge
        return super().parse(stream, media_type, parser_context)
