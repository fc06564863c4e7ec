"""Receivers of the signals of the shop and the accounts, which write the log.

A receiver never stops its sender: when the behaviour database is away the event is lost, which is logged, and the
shopper goes on shopping.
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial, wraps
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from accounts.models import User
from accounts.signals import visitor_signed_in
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.behaviour.event_weights import Kind, half_lives
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.interactions import NewEvent, record_interaction, record_interactions
from recommendations.behaviour.services.notifications import notify_on_commit
from recommendations.jobs import tracking
from recommendations.jobs.models import Job
from recommendations.shoppers.forgetting import forget_shopper
from recommendations.shoppers.visitors import link_visitor
from shop import signals
from shop.catalogue.models import Category, Product
from shop.imports.background_job import JobStopped

logger = logging.getLogger(__name__)

SOURCE = "shop"
# The arguments of the shop's signals that are columns of the log.
COLUMNS = ("shopper_id", "product_id", "query", "occurred_at", "recomm_id")
# A tenth of a second of work, which is how long events wait at most.
PRODUCTS_PER_TASK = 100
BULK = "catalogue"
# Background jobs of the shop in this process.
_followed: dict[uuid.UUID, tracking.RunningJob] = {}


def connect() -> None:
    """Attach every receiver. Attaching twice changes nothing."""
    half_lives()  # a setting with an unknown kind of event stops the program at the start, not on a shopper's page
    for signal, receiver in (
        (signals.product_viewed, recorder(Kind.VIEW)),
        (signals.search_performed, recorder(Kind.SEARCH)),
        (signals.search_result_clicked, recorder(Kind.SEARCH_CLICK)),
        (signals.cart_item_added, recorder(Kind.ADD_TO_CART, value="quantity")),
        (signals.order_placed, record_purchases),
        (signals.product_rated, recorder(Kind.RATE, value="stars")),
        (signals.catalogue_changed, reindex_imported),
        (signals.job_started, follow_work),
        (signals.job_progressed, report_work),
        (signals.job_ended, end_work),
        (visitor_signed_in, remember_visitor),
    ):
        signal.connect(receiver, weak=False, dispatch_uid=f"recommendations.{receiver.__name__}")
    for model, receiver in ((Product, reindex_product), (Category, reindex_products_of)):
        for model_signal in (post_save, post_delete):
            model_signal.connect(receiver, sender=model, dispatch_uid=f"recommendations.{receiver.__name__}")
    post_delete.connect(forget_deleted, sender=User, dispatch_uid="recommendations.forget_deleted")


def unharmful(receiver: Callable[..., None]) -> Callable[..., None]:
    """Log a failure of the behaviour database instead of passing it on to the shop."""

    @wraps(receiver)
    def guarded(**event: Any) -> None:
        try:
            receiver(**event)
        except BEHAVIOUR_DATABASE_ERRORS:
            logger.exception("An event was lost, because the behaviour database is away: %s", receiver.__name__)

    return guarded


def recorder(kind: Kind, value: str = "") -> Callable[..., None]:
    """Return a receiver that records an event of a kind; `value` names the signal's argument that is its value."""

    def record(**event: Any) -> None:
        columns = {name: event[name] for name in COLUMNS if name in event}
        record_interaction(kind=kind, source=SOURCE, value=event[value] if value else None, **columns)

    record.__name__ = f"record_{kind.value}"
    return unharmful(record)


@unharmful
def record_purchases(
    *,
    shopper_id: uuid.UUID,
    order_id: uuid.UUID,
    lines: Sequence[tuple[uuid.UUID, int]],
    occurred_at: datetime,
    **_: Any,
) -> None:
    """Record one purchase for each line."""
    events = [
        NewEvent(Kind.PURCHASE, product_id, quantity, "", occurred_at, Interaction.purchase_id(order_id, product_id))
        for product_id, quantity in lines
    ]
    record_interactions(shopper_id=shopper_id, events=events, source=SOURCE)


def remember_visitor(*, visitor_id: uuid.UUID, user_id: uuid.UUID, **_: Any) -> None:
    """Link a visitor to an account. A failure is raised, so the cookie stays and the next sign-in tries again."""
    if not link_visitor(visitor_id=visitor_id, user_id=user_id):
        logger.info("Visitor %s was linked to an account before; nothing changed.", visitor_id)


def forget_deleted(*, instance: User, **_: Any) -> None:
    """Delete the events of a deleted account once that is committed. A failure is raised, so that nobody believes it
    done."""
    transaction.on_commit(partial(forget_shopper, instance.pk))


def reindex_imported(*, product_ids: Sequence[uuid.UUID], **_: Any) -> None:
    """Reindex imported products, one task for each hundred, so that no message is giant and no worker is held for long.

    They have a queue of their own, which is looked at when no event waits.
    """
    for start in range(0, len(product_ids), PRODUCTS_PER_TASK):
        chunk = [str(product_id) for product_id in product_ids[start : start + PRODUCTS_PER_TASK]]
        notify_on_commit("recommendations.tasks.reindex_products", chunk, about=Product, queue=BULK)


def reindex_product(*, instance: Product, raw: bool = False, **_: Any) -> None:
    """Reindex a product that was saved or deleted, mostly in the admin; the sweep reindexes fixtures (raw)."""
    if not raw:
        notify_on_commit("recommendations.tasks.reindex_products", [str(instance.pk)], about=Product)


def reindex_products_of(*, instance: Category, raw: bool = False, **_: Any) -> None:
    """Reindex the products of a saved or deleted category, whose name is among their words."""
    if not raw:
        notify_on_commit("recommendations.tasks.reindex_category", str(instance.pk), about=Category)


def follow_work(*, work_id: uuid.UUID, kind: str, title: str, **_: Any) -> None:
    """Make an import that began a job, which people can watch and stop."""
    _followed[work_id] = tracking.start(Job.Kind(kind), title, started_by=tracking.COMMAND_LINE)


def report_work(*, work_id: uuid.UUID, fraction: float, text: str, **_: Any) -> bool:
    """Report progress and return whether somebody cancelled the work."""
    try:
        _followed[work_id].report(fraction, text)
    except tracking.JobCancelled:
        return True
    return False


def end_work(*, work_id: uuid.UUID, error: BaseException | None, **_: Any) -> None:
    """End the job; one that was cancelled as cancelled."""
    _followed.pop(work_id).finish(tracking.JobCancelled(str(error)) if isinstance(error, JobStopped) else error)


connect()
