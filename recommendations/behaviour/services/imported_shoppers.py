"""Whom a raw user id of a file, or one typed by a person, stands for."""

import re
import uuid
from collections.abc import Collection

from django.db.models.functions import Lower

from accounts.models import User

_NAMESPACE = uuid.UUID("6d0c9a53-4f0e-5c7b-9a50-2f1c8f4f3a11")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def imported_shopper_id(raw_id: str) -> uuid.UUID:
    """Return the shopper id of one raw user id; see imported_shopper_ids."""
    return imported_shopper_ids([raw_id])[raw_id]


def imported_shopper_ids(raw_ids: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the shopper id of each raw user id, in at most one query.

    An e-mail address of an account stands for the account, a UUID for itself (an account's or a visitor's id), and any
    other text always for the same made-up shopper.
    """
    addresses = {raw_id.lower() for raw_id in raw_ids if "@" in raw_id}
    accounts: dict[str, uuid.UUID] = {}
    if addresses:
        known = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
        accounts = dict(known.values_list("address", "pk"))
    return {raw_id: accounts.get(raw_id.lower()) or _made_up(raw_id) for raw_id in raw_ids}


def _made_up(raw_id: str) -> uuid.UUID:
    return uuid.UUID(raw_id) if _UUID.fullmatch(raw_id) else uuid.uuid5(_NAMESPACE, raw_id)
