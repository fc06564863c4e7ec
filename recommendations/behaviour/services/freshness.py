"""Have recommendations follow what a shopper just did: by a worker, or else by the shopper's next request.

A worker rewrites the profile within a moment. Where none will, because the broker is away, too many messages wait or
nobody takes them, the profile is marked as out of date: each request then reads the log, until the sweep comes to it.
"""

import logging
import uuid
from functools import partial

from django.db import models, router, transaction

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.behaviour.models import ShopperProfile, VisitorLink
from recommendations.behaviour.services.notifications import is_behind, notify

logger = logging.getLogger(__name__)

REFRESH_SHOPPER = "recommendations.tasks.refresh_shopper"


def refresh_on_commit(shopper_id: uuid.UUID, *, about: type[models.Model], at_once: bool = False) -> None:
    """Have a shopper's profile rewritten once the current transaction of the database that holds `about` is committed.

    at_once: the next request must know of it even if it comes before any worker, or while none is there.
    """
    transaction.on_commit(partial(_refresh, shopper_id, at_once), using=router.db_for_write(about))


def _refresh(shopper_id: uuid.UUID, at_once: bool) -> None:
    # Before the notification: a worker that is quick must not find its fresh profile marked.
    is_marked = (at_once or is_behind(REFRESH_SHOPPER)) and _outdated(shopper_id)
    if not notify(REFRESH_SHOPPER, str(shopper_id)) and not is_marked:
        _outdated(shopper_id)


def outdate(shopper_id: uuid.UUID) -> None:
    """Make the next request read the log, even if no worker has come to it by then: mark the profiles of a shopper, and
    of the account a visitor turned out to be. Two queries."""
    owner = VisitorLink.objects.owner_of(shopper_id)
    concerned = [shopper_id] if owner is None else [shopper_id, owner]
    ShopperProfile.objects.filter(shopper_id__in=concerned).update(model_version="")


def _outdated(shopper_id: uuid.UUID) -> bool:
    """Mark the profiles as `outdate` does and tell whether that went well; an event never fails for it."""
    try:
        outdate(shopper_id)
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The profile of %s is behind until the sweep comes to it: %s", shopper_id, error)
        return False
    return True
