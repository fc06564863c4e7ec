"""`Idempotency-Key` header: marks a request that may be sent twice, and the response to the second one."""

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
LONGEST_KEY = 255


def key_of(request: Request) -> str | None:
    """Return the key of a request, None without one; raises ValidationError (400) for a malformed one."""
    key = request.headers.get(KEY_HEADER)
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise ValidationError({KEY_HEADER: [f"Send 1 to {LONGEST_KEY} printable characters."]})
    return key
