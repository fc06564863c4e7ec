"""`Idempotency-Key`: how a request says that it may come twice, and how the second answer says that it was one."""

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
LONGEST_KEY = 255


def key_of(request: Request) -> str | None:
    """Return the key a request carries, None without one; ValidationError (400) for what is no key."""
    key = request.headers.get(KEY_HEADER)
    if key is not None and not (0 < len(key) <= LONGEST_KEY and key.isprintable()):
        raise ValidationError({KEY_HEADER: [f"Send 1 to {LONGEST_KEY} printable characters."]})
    return key
