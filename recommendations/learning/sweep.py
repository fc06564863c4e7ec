"""The sweep: catch up with changes whose notification was lost or never sent.

Rows become visible out of order, so each run starts a while before the last one. It compares the log with what was made
of it: a profile made of another number of events than there are is stale, whatever the clocks say.
"""

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.behaviour.profiles import NO_MODEL
from recommendations.behaviour.services.missing_purchases import record_missing_purchases
from recommendations.jobs.lease import TRAINING, LeaseTaken, held_until, lease, request_training_once
from recommendations.jobs.models import ReadMark
from recommendations.learning.indexing import reindex_all
from recommendations.learning.refresh import refresh_shoppers
from recommendations.serving import handle, overlay
from recommendations.serving.handle import Served
from recommendations.serving.models import IndexedProduct
from recommendations.versions.models import ModelVersion
from recommendations.versions.ranking_profiles import follow_promoted_version
from recommendations.versions.services import promoted_row
from shop.catalogue.models import Product

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
SHOPPERS_PER_CHUNK = 500
# Profiles of another version that one run refreshes; the others are computed when their shoppers come.
MOST_OUTDATED = 1_000
# New products, as a share of those in the index, that make a training worthwhile.
OVERLAY_SHARE = 0.1
LEAST_OVERLAY = 500
LOG_MARK = "log"


@dataclass(frozen=True)
class SweepSummary:
    """The number of profiles, products and purchases a run wrote, and whether it requested a training."""

    shoppers: int = 0
    products: int = 0
    purchases: int = 0
    training_requested: bool = False


def catch_up(*, request_retraining: Callable[[], object] | None = None) -> SweepSummary:
    """Write missing purchases, refresh stale profiles, reindex changed products, record the promoted version, and call
    `request_retraining` (if given) when a training is due.

    Do nothing while another run holds the lease.
    """
    try:
        with lease("sweep") as held:
            _record_promoted()
            served, started, since = handle.current(), timezone.now(), _read_since()
            purchases = record_missing_purchases(since)
            shoppers = _refresh_stale(since, held.renew) + _refresh_outdated(served)
            ReadMark.objects.update_or_create(name=LOG_MARK, defaults={"read_until": started})
            products = _reindex_changed(served) if served else 0
            summary = SweepSummary(shoppers, products, purchases)
            if request_retraining is None or held_until(TRAINING) or not retraining_is_due(served):
                return summary
            return replace(summary, training_requested=request_training_once(request_retraining))
    except LeaseTaken:
        logger.info("Another sweep is under way.")
        return SweepSummary()


def retraining_is_due(served: Served | None) -> bool:
    """Tell whether enough has happened since the last training, successful or not, to request another.

    Read at most RETRAIN_AFTER_INTERACTIONS index entries of the log, once a minute; nothing is counted per event.
    """
    last = ModelVersion.objects.order_by("-created_at").first()
    since = (last.trained_through or last.created_at) if last else None
    if Interaction.objects.more_than(settings.RETRAIN_AFTER_INTERACTIONS - 1, since=since):
        return True
    if served is None:
        return False
    beside = IndexedProduct.objects.filter(model_version=served.version)
    if last is not None:
        beside = beside.filter(updated_at__gt=last.created_at)
    enough = max(LEAST_OVERLAY, OVERLAY_SHARE * served.opened.index.n_items)
    return beside.count() > min(enough, overlay.MOST_ROWS / 2)  # before some have no room there


def anything_new() -> bool:
    """Tell whether an event was recorded since the promoted version was trained; True when it is not known.

    Older rows that became visible later are learned together with the next event: alone they start no training.
    """
    row = promoted_row()
    if row is None or row.trained_through is None:
        return True
    return Interaction.objects.more_than(0, since=row.trained_through)


def _record_promoted() -> None:
    """Record which version serves, in case the process that promoted it ended between the pointer and the row."""
    row = promoted_row()
    if row is None or row.status == ModelVersion.Status.PROMOTED:
        return
    if row.status == ModelVersion.Status.REFUSED and row.promoted_at:
        return  # it served, and is damaged
    logger.warning("Model version %s serves, but its row said %s.", row.version, row.status)
    follow_promoted_version()
    ModelVersion.objects.mark_promoted(row.version)


def _read_since() -> datetime | None:
    """Return the moment to read the log from: a while before the last run; None for all of it."""
    mark = ReadMark.objects.filter(name=LOG_MARK).first()
    return mark.read_until - OVERLAP if mark else None


def _refresh_stale(since: datetime | None, confirm_lease: Callable[[], None]) -> int:
    """Refresh the profiles made of another number of events than there are, of all shoppers since a moment."""
    refreshed = 0
    for chunk in _chunks(_touched(since), SHOPPERS_PER_CHUNK):
        confirm_lease()
        stale = _stale(_with_owners(dict(chunk)))
        refreshed += refresh_shoppers([str(shopper_id) for shopper_id in stale])
    return refreshed


def _touched(since: datetime | None) -> list[tuple[uuid.UUID, bool]]:
    """Return the shoppers with events or links since a moment, and whether they visited the shop themselves.

    Visitors get a profile at once, imported shoppers with their first visit.
    """
    events, links = Interaction.objects.all(), VisitorLink.objects.all()
    if since is not None:
        events, links = events.recorded_since(since), links.filter(linked_at__gte=since)
    touched: dict[uuid.UUID, bool] = dict.fromkeys(links.values_list("user_id", flat=True), True)
    for shopper_id, source in events.order_by().values_list("shopper_id", "source").distinct():
        touched[shopper_id] = touched.get(shopper_id, False) or source in Interaction.LIVE_SOURCES
    return list(touched.items())


def _with_owners(shoppers: dict[uuid.UUID, bool]) -> dict[uuid.UUID, bool]:
    """Add the accounts that visitors among the shoppers signed in to."""
    owners = VisitorLink.objects.filter(visitor_id__in=list(shoppers)).values_list("visitor_id", "user_id")
    return shoppers | {user_id: shoppers[visitor_id] or shoppers.get(user_id, False) for visitor_id, user_id in owners}


def _stale(shoppers: dict[uuid.UUID, bool]) -> list[uuid.UUID]:
    """Return the shoppers whose profile is not made of all their events, and visitors without a profile."""
    profiles = ShopperProfile.objects.filter(shopper_id__in=list(shoppers))
    counted = dict(profiles.values_list("shopper_id", "event_count"))
    counts = {shopper_id: 0 for shopper_id, is_live in shoppers.items() if is_live or shopper_id in counted}
    if not counts:
        return []
    links = dict(VisitorLink.objects.filter(user_id__in=list(counts)).values_list("visitor_id", "user_id"))
    events = Interaction.objects.of_shoppers([*counts, *links]).order_by().values("shopper_id")
    for row in events.annotate(events=Count("id")):
        for owner in counts.keys() & {row["shopper_id"], links.get(row["shopper_id"])}:
            counts[owner] += row["events"]
    return [shopper_id for shopper_id, count in counts.items() if counted.get(shopper_id) != count]


def _refresh_outdated(served: Served | None) -> int:
    """Refresh profiles made with another version than the promoted one, the most recently used first."""
    current = served.version if served else NO_MODEL
    outdated = ShopperProfile.objects.exclude(model_version=current).order_by("-updated_at")
    return refresh_shoppers([str(pk) for pk in outdated.values_list("shopper_id", flat=True)[:MOST_OUTDATED]])


def _reindex_changed(served: Served) -> int:
    """Index the products saved since the promoted version was built or since the last run; delete other entries."""
    started = timezone.now()
    name = f"products {served.version}"
    mark = ReadMark.objects.filter(name=name).first()
    since = (mark.read_until if mark else served.opened.catalogue_read_at) - OVERLAP
    saved = dict(Product.objects.filter(updated_at__gte=since).order_by().values_list("pk", "updated_at"))
    entries = IndexedProduct.objects.filter(model_version=served.version, updated_at__gte=since)
    indexed = dict(entries.values_list("product_id", "updated_at"))
    known = served.opened.index.indices_of([pk.hex for pk in saved]) >= 0
    changed = [
        pk
        for (pk, moment), is_known in zip(saved.items(), known.tolist(), strict=True)
        if not (is_known and moment < served.opened.catalogue_read_at) and not (pk in indexed and indexed[pk] >= moment)
    ]
    reindexed = reindex_all(changed)
    IndexedProduct.objects.exclude(model_version=served.version).delete()
    ReadMark.objects.filter(name__startswith="products ").exclude(name=name).delete()
    ReadMark.objects.update_or_create(name=name, defaults={"read_until": started})
    return reindexed


def _chunks(items: Sequence[tuple[uuid.UUID, bool]], size: int) -> Iterator[Sequence[tuple[uuid.UUID, bool]]]:
    return (items[start : start + size] for start in range(0, len(items), size))
