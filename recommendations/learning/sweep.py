"""Catch up with the log: what no notification told, or whose notification was lost, is found here.

Rows become visible out of order, so each run starts a while before the last one and compares what it finds with what
was made of it: a profile that rests on another number of events than there are is stale, whatever the clocks say.
"""

import logging
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Count
from django.utils import timezone

from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.behaviour.profiles import NO_MODEL
from recommendations.behaviour.services.missing_purchases import record_missing_purchases
from recommendations.jobs.lease import TRAINING, LeaseTaken, ask_for_training, held_until, lease
from recommendations.jobs.models import ReadMark
from recommendations.learning.indexing import reindex_all
from recommendations.learning.refresh import refresh_shoppers
from recommendations.serving import handle, overlay
from recommendations.serving.handle import Served
from recommendations.serving.models import IndexedProduct
from recommendations.versions import artifact_store
from recommendations.versions.learned_weights import follow_promoted_version
from recommendations.versions.models import ModelVersion
from shop.catalogue.models import Product

logger = logging.getLogger(__name__)

OVERLAP = timedelta(minutes=10)
SHOPPERS_PER_CHUNK = 500
# Profiles of another version that one run brings up to date; the rest is computed when its shopper comes.
MOST_OUTDATED = 1_000
# So many products beside the index, as a share of those in it, make a training worth while.
OVERLAY_SHARE = 0.1
LEAST_OVERLAY = 500
LOG_MARK = "log"


@dataclass(frozen=True)
class Caught:
    """How much a run found to do."""

    shoppers: int = 0
    products: int = 0
    purchases: int = 0
    asked_for_retraining: bool = False


def catch_up(*, request_retraining: Callable[[], object]) -> Caught:
    """Write missing purchases, refresh stale profiles, reindex changed products, write down which version serves, and
    call `request_retraining` when one is due.

    Does nothing while another run is at it.
    """
    try:
        with lease("sweep") as held:
            _note_promoted()
            served, started, since = handle.current(), timezone.now(), _read_since()
            purchases = record_missing_purchases(since)
            shoppers = _refresh_stale(since, held.renew) + _refresh_outdated(served)
            ReadMark.objects.update_or_create(name=LOG_MARK, defaults={"read_until": started})
            products = _reindex_changed(served) if served else 0
            is_due = held_until(TRAINING) is None and retraining_is_due(served)
            asked = is_due and ask_for_training(request_retraining)
            return Caught(shoppers, products, purchases, asked)
    except LeaseTaken:
        logger.info("Another sweep is under way.")
        return Caught()


def retraining_is_due(served: Served | None) -> bool:
    """Tell whether enough happened since the last training, whatever became of it, to ask for another.

    Reads at most RETRAIN_AFTER_INTERACTIONS index entries of the log, once a minute; nothing is counted per event.
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


def _note_promoted() -> None:
    """Make the rows say which version serves, should who promoted it have ended between the pointer and its row."""
    row = ModelVersion.objects.filter(version=artifact_store.promoted_version() or "").first()
    if row is None or row.status == ModelVersion.Status.PROMOTED:
        return
    if row.status == ModelVersion.Status.REFUSED and row.promoted_at:
        return  # it served, and was found damaged
    logger.warning("Model version %s serves, but was written down as %s.", row.version, row.status)
    follow_promoted_version()
    ModelVersion.objects.mark_promoted(row.version)


def _read_since() -> datetime | None:
    """Return from when on the log is read: a while before the last run; None for all of it."""
    mark = ReadMark.objects.filter(name=LOG_MARK).first()
    return mark.read_until - OVERLAP if mark else None


def _refresh_stale(since: datetime | None, still_alone: Callable[[], None]) -> int:
    """Refresh the shoppers of all events and links since a moment whose profile rests on another number of them."""
    refreshed = 0
    for chunk in _chunks(_touched(since), SHOPPERS_PER_CHUNK):
        still_alone()
        stale = _stale(_with_owners(dict(chunk)))
        refreshed += refresh_shoppers([str(shopper_id) for shopper_id in stale])
    return refreshed


def _touched(since: datetime | None) -> list[tuple[uuid.UUID, bool]]:
    """Return the shoppers with events or links since a moment, and whether they were here themselves.

    Imported shoppers get a profile when they first come; those who are here get it at once.
    """
    events, links = Interaction.objects.all(), VisitorLink.objects.all()
    if since is not None:
        events, links = events.recorded_since(since), links.filter(linked_at__gte=since)
    touched: dict[uuid.UUID, bool] = dict.fromkeys(links.values_list("user_id", flat=True), True)
    for shopper_id, source in events.order_by().values_list("shopper_id", "source").distinct():
        touched[shopper_id] = touched.get(shopper_id, False) or source in Interaction.LIVE_SOURCES
    return list(touched.items())


def _with_owners(shoppers: dict[uuid.UUID, bool]) -> dict[uuid.UUID, bool]:
    """Add the accounts that visitors among the shoppers turned out to be."""
    owners = VisitorLink.objects.filter(visitor_id__in=list(shoppers)).values_list("visitor_id", "user_id")
    return shoppers | {user_id: shoppers[visitor_id] or shoppers.get(user_id, False) for visitor_id, user_id in owners}


def _stale(shoppers: dict[uuid.UUID, bool]) -> list[uuid.UUID]:
    """Return those whose profile does not rest on all their events, or who were here and have none."""
    profiles = ShopperProfile.objects.filter(shopper_id__in=list(shoppers))
    rest_on = dict(profiles.values_list("shopper_id", "event_count"))
    counts = {shopper_id: 0 for shopper_id, is_live in shoppers.items() if is_live or shopper_id in rest_on}
    if not counts:
        return []
    links = dict(VisitorLink.objects.filter(user_id__in=list(counts)).values_list("visitor_id", "user_id"))
    events = Interaction.objects.of_shoppers([*counts, *links]).order_by().values("shopper_id")
    for row in events.annotate(events=Count("id")):
        for owner in counts.keys() & {row["shopper_id"], links.get(row["shopper_id"])}:
            counts[owner] += row["events"]
    return [shopper_id for shopper_id, count in counts.items() if rest_on.get(shopper_id) != count]


def _refresh_outdated(served: Served | None) -> int:
    """Bring profiles of another version into the promoted one's space, the most recently used first."""
    current = served.version if served else NO_MODEL
    outdated = ShopperProfile.objects.exclude(model_version=current).order_by("-updated_at")
    return refresh_shoppers([str(pk) for pk in outdated.values_list("shopper_id", flat=True)[:MOST_OUTDATED]])


def _reindex_changed(served: Served) -> int:
    """Index the products saved since the promoted version was built or since the last run; drop other entries."""
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
