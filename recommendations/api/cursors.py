"""Where a list of recommendations goes on: what it has shown, signed."""

import uuid
from base64 import b64decode, b64encode
from dataclasses import dataclass

from django.core import signing

from recommendations.lists.recommending import Recommendations
from recommendations.lists.requests import LARGEST_LIMIT

MAX_AGE_SECONDS = 24 * 60 * 60
_SALT = "recommendations.api.cursor.2"


@dataclass(frozen=True)
class Cursor:
    """The products on a list's pages so far: whatever happens between two pages, none comes twice."""

    shown: tuple[uuid.UUID, ...] = ()

    @property
    def left(self) -> int:
        """How many products the list may still show."""
        return LARGEST_LIMIT - len(self.shown)

    def after(self, page: Recommendations) -> "Cursor | None":
        """Return where the list goes on after a page; None at its end."""
        following = Cursor((*self.shown, *(item.product.pk for item in page.items)))
        return following if page.items and following.left > 0 else None

    def text(self) -> str:
        """Return the signed form that `read` takes."""
        ids = b"".join(product_id.bytes for product_id in self.shown)
        return signing.dumps(b64encode(ids).decode(), salt=_SALT)

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Return the cursor; ValueError for one that was made up, damaged, or is more than a day old."""
        try:
            shown: str = signing.loads(text, salt=_SALT, max_age=MAX_AGE_SECONDS)
        except signing.BadSignature:
            raise ValueError("No cursor of this shop, or older than a day: start without one.") from None
        ids = b64decode(shown)
        return cls(tuple(uuid.UUID(bytes=ids[start : start + 16]) for start in range(0, len(ids), 16)))
