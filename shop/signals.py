"""The shop's domain events. Listeners (recommendations) depend on the shop, never the reverse.

Every event of a shopper carries `shopper_id` (UUID: the account's id, or the visitor's) and `occurred_at` (aware
datetime).
"""

from typing import Any

from django.db import models, transaction
from django.dispatch import Signal
from django.utils import timezone

product_viewed = Signal()  # product_id, recomm_id where the link names the recommended list it was in
search_performed = Signal()  # query
search_result_clicked = Signal()  # product_id, query
cart_item_added = Signal()  # product_id, quantity
order_placed = Signal()  # order_id, lines: list of (product_id, quantity)
product_rated = Signal()  # product_id, stars
catalogue_changed = Signal()  # product_ids: list of UUIDs; sent after a bulk import instead of one save at a time
# Sent by shop/imports/background_job.py. A receiver that returns True from job_progressed asks the job to stop.
job_started = Signal()  # work_id, kind ("import" or "pictures"), title
job_progressed = Signal()  # work_id, fraction (0 to 1), text
job_ended = Signal()  # work_id, error: the exception that ended it early, or None


def send_on_commit(signal: Signal, sender: type[models.Model], **event: Any) -> None:
    """Send the event once the current transaction is committed; a listener that fails is logged, not raised.

    The shopper's action is complete by then and must not show an error.
    """
    event.setdefault("occurred_at", timezone.now())
    transaction.on_commit(lambda: signal.send_robust(sender=sender, **event))
