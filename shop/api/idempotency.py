"""`Idempotency-Key`: a repeated POST gets the stored answer and does nothing.

Written here because the libraries for it keep answers in the cache: this one commits the answer with what was done.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.db import IntegrityError, transaction
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils import json

from accounts.api.replays import KEY_HEADER, LONGEST_KEY, REPLAYED_HEADER, key_of
from accounts.shoppers import shopper_of
from shop.api.answers import JsonRenderer
from shop.api.models import StoredAnswer
from shop.errors import KeyReused

KEPT = timedelta(hours=24)
PARAMETER = OpenApiParameter(
    KEY_HEADER,
    str,
    OpenApiParameter.HEADER,
    description=f"Text of your own, at most {LONGEST_KEY} characters, best a random UUID: sending the request again "
    f"with it within 24 hours answers as the first time, with the header {REPLAYED_HEADER}: true, and does nothing. "
    "Another request with it is a 409.",
)

Params = ParamSpec("Params")
Handler = Callable[Concatenate[Any, Request, Params], Response]


def idempotent(handler: Handler[Params]) -> Handler[Params]:
    """Handle a POST once for each caller and key. A refused one may be retried with its key.

    The changes and the answer commit together, and the key is a unique row: of two requests at the same moment the
    second waits for the first. After a crash both are there or neither is.
    """

    @wraps(handler)
    def once(view: Any, request: Request, *args: Params.args, **kwargs: Params.kwargs) -> Response:
        key = key_of(request)
        if key is None:
            return handler(view, request, *args, **kwargs)
        owner_id, digest = shopper_of(request).id, _digest(request)
        with transaction.atomic():
            row = _taken(owner_id, key, digest)
            if row is None:
                return _replay(owner_id, key, digest)
            response = handler(view, request, *args, **kwargs)
            row.status, row.body = response.status_code, JsonRenderer().render(response.data).decode()
            # Only the view's headers: middleware adds its own again.
            row.headers = {name: value for name, value in response.items() if name != "Content-Type"}
            row.save(update_fields=["status", "headers", "body"])
        return response

    return once


def _taken(owner_id: uuid.UUID, key: str, digest: str) -> StoredAnswer | None:
    """Store the key and return its row; None when it is there already."""
    StoredAnswer.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            return StoredAnswer.objects.create(owner_id=owner_id, key=key, request_hash=digest)
    except IntegrityError:
        return None


def _replay(owner_id: uuid.UUID, key: str, digest: str) -> Response:
    first = StoredAnswer.objects.get(owner_id=owner_id, key=key)
    if first.request_hash != digest:
        raise KeyReused(f"This {KEY_HEADER} was sent with another request: use a new one.")
    return Response(json.loads(first.body), status=first.status, headers=first.headers | {REPLAYED_HEADER: "true"})


def _digest(request: Request) -> str:
    """Return the SHA-256 of the request. Spaces and the order of fields in the body do not matter."""
    body = json.dumps(request.data, sort_keys=True)
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n{body}".encode()).hexdigest()
