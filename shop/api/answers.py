"""Rendering of the API's answers, which are all JSON."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

# The Accept header of nearly every client that sends one.
_TAKES_JSON = ("*/*", "application/json")


class JsonRenderer(JSONRenderer):
    """Renders as REST framework's own renderer does, several times as fast."""

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the answer's body. `indent` and numbers beyond 64 bits take the slower way."""
        if data is not None and self.get_indent(accepted_media_type or "", renderer_context or {}) is None:
            try:
                return orjson.dumps(data, default=self.encoder_class().default, option=orjson.OPT_PASSTHROUGH_DATETIME)
            except orjson.JSONEncodeError:
                pass
        body: bytes = super().render(data, accepted_media_type, renderer_context)
        return body


class JsonNegotiation(DefaultContentNegotiation):
    """Negotiates only where the client may accept something else than JSON."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and the media type of the answer; NotAcceptable (406) where there is none."""
        is_plain = format_suffix is None and self.settings.URL_FORMAT_OVERRIDE not in request.query_params
        first = next(iter(renderers))
        if is_plain and first.format == "json" and request.META.get("HTTP_ACCEPT", "*/*") in _TAKES_JSON:
            return first, first.media_type
        chosen: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return chosen
