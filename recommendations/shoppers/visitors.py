"""Links of anonymous visitors to the accounts they sign in to."""

import uuid

from django.db import IntegrityError, router, transaction

from recommendations.behaviour.models import ShopperProfile, VisitorLink
from recommendations.behaviour.services.notifications import refresh_on_commit
from recommendations.experiments.models import Experiment, Exposure


def link_visitor(*, visitor_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    """Count the visitor's events as the account's from now on; once per visitor, the first account wins.

    In running experiments the account sees the visitor's variants from then on, unless it had seen one itself.

    Return False and change nothing when the visitor was linked before, to any account.
    """
    if visitor_id == user_id:
        return False
    try:
        with transaction.atomic(using=router.db_for_write(VisitorLink)):
            VisitorLink.objects.create(visitor_id=visitor_id, user_id=user_id)
    except IntegrityError:
        return False
    _outdate_profile(user_id)
    _carry_variants(visitor_id, user_id)
    refresh_on_commit(user_id, about=VisitorLink)
    return True


def _outdate_profile(user_id: uuid.UUID) -> None:
    """Make the next request read the log, the visitors' events included, without waiting for a worker."""
    profile, _ = ShopperProfile.objects.get_or_create(shopper_id=user_id)
    profile.model_version = ""
    profile.history = profile.history | {"visitors": [v.hex for v in VisitorLink.objects.visitors_of(user_id)]}
    profile.save(update_fields=["model_version", "history"])


def _carry_variants(visitor_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Write down the visitor's variants of running experiments for the account; its own first look is never changed."""
    running = list(Experiment.objects.running().values_list("pk", flat=True))
    if not running:
        return
    seen = [Exposure.id_of(experiment_id, visitor_id) for experiment_id in running]
    for row in Exposure.objects.filter(pk__in=seen):
        row.pk = Exposure.id_of(row.experiment_id, user_id)
        row.shopper_id = user_id
        Exposure.objects.add_once(row)
