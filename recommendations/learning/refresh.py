"""Shopper profiles, recomputed from the whole log of each shopper."""

import uuid
from collections.abc import Sequence

from django.db import IntegrityError, router, transaction
from django.utils import timezone

from recommendations.behaviour import profiles
from recommendations.behaviour.models import ShopperProfile, VisitorLink
from recommendations.lists.intents.for_you import rank_ahead
from recommendations.serving import handle
from recommendations.serving.handle import Served
from recommendations.shoppers.profiles import Profile


def refresh_shoppers(shopper_ids: Sequence[str]) -> int:
    """Write the profiles of shoppers, and of the accounts that visitors among them signed in to; return how many."""
    unique_ids: dict[uuid.UUID, None] = {}
    for shopper_id in map(uuid.UUID, map(str, shopper_ids)):
        unique_ids[shopper_id] = None
        if (owner := VisitorLink.objects.owner_of(shopper_id)) is not None:
            unique_ids[owner] = None
    served = handle.current()
    for shopper_id in unique_ids:
        _refresh(shopper_id, served)
    return len(unique_ids)


def _refresh(shopper_id: uuid.UUID, served: Served | None) -> None:
    events, history = profiles.read_history(shopper_id, VisitorLink.objects.visitors_of(shopper_id))
    vector = profiles.fold_in(served.index, history.row) if served else None
    columns = {
        "model_version": served.version if served else profiles.NO_MODEL,
        "vector": b"" if vector is None else vector.astype("<f4").tobytes(),
        "history": history.to_json(),
        "ranked_ahead": rank_ahead(Profile(history, vector, shopper_id=shopper_id), served),
        "event_count": events,
        "updated_at": timezone.now(),
    }
    # A refresh that read fewer events started earlier and must not overwrite one that read more.
    if ShopperProfile.objects.filter(shopper_id=shopper_id, event_count__lte=events).update(**columns):
        return
    try:
        with transaction.atomic(using=router.db_for_write(ShopperProfile)):
            ShopperProfile.objects.create(shopper_id=shopper_id, **columns)
    except IntegrityError:
        return
