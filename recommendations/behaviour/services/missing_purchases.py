"""Purchases missing from the log: the process died after the order, or the behaviour database was away."""

import uuid
from datetime import datetime

from django.db import IntegrityError, router, transaction

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from shop.orders.models import Order, OrderLine

SOURCE = "shop"
LINES_PER_CHUNK = 500


def record_missing_purchases(since: datetime | None) -> int:
    """Write the missing purchases of all orders since a moment (None: all), and return how many they were."""
    lines = OrderLine.objects.filter(product__isnull=False).exclude(order__status=Order.Status.CANCELLED)
    if since is not None:
        lines = lines.filter(order__placed_at__gte=since)
    written, chunk = 0, []
    for line in lines.select_related("order").order_by("pk").iterator(LINES_PER_CHUNK):
        shopper_id = line.order.user_id or line.order.visitor_id
        if shopper_id is not None and line.product_id is not None:
            chunk.append(_purchase(line, line.product_id, shopper_id))
        if len(chunk) == LINES_PER_CHUNK:
            written += _write_missing(chunk)
            chunk = []
    return written + _write_missing(chunk)


def _purchase(line: OrderLine, product_id: uuid.UUID, shopper_id: uuid.UUID) -> Interaction:
    return Interaction(
        id=Interaction.purchase_id(line.order_id, product_id),
        shopper_id=shopper_id,
        kind=Kind.PURCHASE,
        product_id=product_id,
        value=line.quantity,
        source=SOURCE,
        occurred_at=line.order.placed_at,
    )


def _write_missing(purchases: list[Interaction]) -> int:
    known = set(Interaction.objects.filter(id__in=[row.id for row in purchases]).values_list("id", flat=True))
    missing = [row for row in purchases if row.id not in known]
    written = 0
    for row in missing:
        try:
            with transaction.atomic(using=router.db_for_write(Interaction)):
                row.save(force_insert=True)
        except IntegrityError:
            continue  # its event has just been stored
        written += 1
    return written
