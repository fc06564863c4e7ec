"""Tie an anonymous visitor's past to the account it turned out to belong to."""

import uuid

from django.db import IntegrityError, router, transaction

from recommendations.models import ShopperProfile, VisitorLink
from recommendations.services.nudges import nudge_on_commit
from recommendations.tasks import refresh_shopper


def link_visitor(*, visitor_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Count the visitor's events as the account's from now on; once per visitor, the first account wins.

    False when the visitor was linked before, to whichever account: nothing is changed then.
    """
    if visitor_id == user_id:
        return False
    try:
        with transaction.atomic(using=router.db_for_write(VisitorLink)):
            VisitorLink.objects.create(visitor_id=visitor_id, user_id=user_id)
    except IntegrityError:
        return False
    _outdate_profile(user_id)
    nudge_on_commit(refresh_shopper, str(user_id), about=VisitorLink)
    return True


def _outdate_profile(user_id: uuid.UUID) -> None:
    """Make the next request read the log, the visitors' events included, even if no worker comes to it first."""
    profile, _ = ShopperProfile.objects.get_or_create(shopper_id=user_id)
    profile.model_version = ""
    profile.history = profile.history | {"visitors": [v.hex for v in VisitorLink.objects.visitors_of(user_id)]}
    profile.save(update_fields=["model_version", "history"])
