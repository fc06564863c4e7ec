"""Listens to the shop and the accounts, and writes the log.

A listener never stops what it listens to: when the behaviour database is away the event is lost, which is logged, and
the shopper goes on shopping.
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
from recommendations.behaviour.event_weights import Kind
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
# In bulk: a tenth of a second of work, which events wait for at most.
PRODUCTS_PER_TASK = 100
BULK = "catalogue"
# The shop's own long work that this process does now.
_followed: dict[uuid.UUID, tracking.RunningJob] = {}


def connect() -> None:
    """Attach every receiver; called once when the app is ready."""
    for signal, receiver in (
        (signals.product_viewed, record_view),
        (signals.search_performed, record_search),
        (signals.search_result_clicked, record_search_click),
        (signals.cart_item_added, record_add_to_cart),
        (signals.order_placed, record_purchases),
        (signals.product_rated, record_rating),
        (signals.catalogue_changed, reindex_imported),
        (signals.job_started, follow_work),
        (signals.job_progressed, report_work),
        (signals.job_ended, end_work),
        (visitor_signed_in, remember_visitor),
    ):
        signal.connect(receiver, dispatch_uid=f"recommendations.{receiver.__name__}")
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


@unharmful
def record_view(
    *,
    shopper_id: uuid.UUID,
    product_id: uuid.UUID,
    occurred_at: datetime,
    recomm_id: uuid.UUID | None = None,
    **_: Any,
) -> None:
    record_interaction(
        shopper_id=shopper_id,
        kind=Kind.VIEW,
        product_id=product_id,
        occurred_at=occurred_at,
        recomm_id=recomm_id,
        source=SOURCE,
    )


@unharmful
def record_search(*, shopper_id: uuid.UUID, query: str, occurred_at: datetime, **_: Any) -> None:
    record_interaction(shopper_id=shopper_id, kind=Kind.SEARCH, query=query, occurred_at=occurred_at, source=SOURCE)


@unharmful
def record_search_click(
    *, shopper_id: uuid.UUID, product_id: uuid.UUID, query: str, occurred_at: datetime, **_: Any
) -> None:
    record_interaction(
        shopper_id=shopper_id,
        kind=Kind.SEARCH_CLICK,
        product_id=product_id,
        query=query,
        occurred_at=occurred_at,
        source=SOURCE,
    )


@unharmful
def record_add_to_cart(
    *, shopper_id: uuid.UUID, product_id: uuid.UUID, quantity: int, occurred_at: datetime, **_: Any
) -> None:
    record_interaction(
        shopper_id=shopper_id,
        kind=Kind.ADD_TO_CART,
        product_id=product_id,
        value=quantity,
        occurred_at=occurred_at,
        source=SOURCE,
    )


@unharmful
def record_purchases(
    *,
    shopper_id: uuid.UUID,
    order_id: uuid.UUID,
    lines: Sequence[tuple[uuid.UUID, int]],
    occurred_at: datetime,
    **_: Any,
) -> None:
    """One purchase per line."""
    events = [
        NewEvent(Kind.PURCHASE, product_id, quantity, "", occurred_at, Interaction.purchase_id(order_id, product_id))
        for product_id, quantity in lines
    ]
    record_interactions(shopper_id=shopper_id, events=events, source=SOURCE)


@unharmful
def record_rating(*, shopper_id: uuid.UUID, product_id: uuid.UUID, stars: int, occurred_at: datetime, **_: Any) -> None:
    record_interaction(
        shopper_id=shopper_id,
        kind=Kind.RATE,
        product_id=product_id,
        value=stars,
        occurred_at=occurred_at,
        source=SOURCE,
    )


def remember_visitor(*, visitor_id: uuid.UUID, user_id: uuid.UUID, **_: Any) -> None:
    """A failure is passed on: the sender then keeps the visitor's cookie, and the next sign-in tries again."""
    if not link_visitor(visitor_id=visitor_id, user_id=user_id):
        logger.info("Visitor %s was linked to an account before; nothing changed.", visitor_id)


def forget_deleted(*, instance: User, **_: Any) -> None:
    """An account was deleted: once that is certain, what its person did is deleted too. A failure is raised to whoever
    deletes, so that nobody believes it done."""
    transaction.on_commit(partial(forget_shopper, instance.pk))


def reindex_imported(*, product_ids: Sequence[uuid.UUID], **_: Any) -> None:
    """One task per chunk, so that a large import neither makes a giant message nor holds a worker for long; in a queue
    of their own, which is looked at when no event waits."""
    for start in range(0, len(product_ids), PRODUCTS_PER_TASK):
        chunk = [str(product_id) for product_id in product_ids[start : start + PRODUCTS_PER_TASK]]
        notify_on_commit("recommendations.tasks.reindex_products", chunk, about=Product, queue=BULK)


def reindex_product(*, instance: Product, raw: bool = False, **_: Any) -> None:
    """A product was saved or deleted, mostly in the admin; fixtures (raw) are loaded in bulk and reindexed by sweep."""
    if not raw:
        notify_on_commit("recommendations.tasks.reindex_products", [str(instance.pk)], about=Product)


def reindex_products_of(*, instance: Category, raw: bool = False, **_: Any) -> None:
    """A category was saved or deleted: its name is among its products' words."""
    if not raw:
        notify_on_commit("recommendations.tasks.reindex_category", str(instance.pk), about=Category)


def follow_work(*, work_id: uuid.UUID, kind: str, title: str, **_: Any) -> None:
    """An import began: it becomes a job that people can watch and stop."""
    _followed[work_id] = tracking.start(Job.Kind(kind), title, started_by=tracking.COMMAND_LINE)


def report_work(*, work_id: uuid.UUID, fraction: float, text: str, **_: Any) -> bool:
    """Return whether somebody asked for the end of the work."""
    try:
        _followed[work_id].report(fraction, text)
    except tracking.JobCancelled:
        return True
    return False


def end_work(*, work_id: uuid.UUID, error: BaseException | None, **_: Any) -> None:
    """Whoever asked for the end has it."""
    _followed.pop(work_id).finish(tracking.JobCancelled(str(error)) if isinstance(error, JobStopped) else error)
