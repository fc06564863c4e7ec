"""Which places of a personal list go to products that few have seen: the same ones for a shopper all day long."""

import hashlib
import uuid
from datetime import date

from django.conf import settings

from ml.ranking import Discovery


def discovery_for(shopper_id: uuid.UUID | None, day: date) -> Discovery | None:
    """Return a shopper's discovery of a day; None for strangers, who share one list, and when DISCOVERY_EVERY is 0."""
    every: int = settings.DISCOVERY_EVERY
    if shopper_id is None or not every:
        return None
    digest = hashlib.sha256(f"discovery {day.isoformat()} ".encode() + shopper_id.bytes).digest()
    return Discovery(every, int.from_bytes(digest[:8]))
