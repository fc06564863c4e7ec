"""Payment on invoice."""

import uuid
from decimal import Decimal

from shop.payments.invoice import INVOICE


def test_an_invoice_needs_nothing_to_start(db, django_assert_num_queries, mailoutbox):
    with django_assert_num_queries(0):
        INVOICE.start(order_id=uuid.UUID(int=1), amount=Decimal("1.00"), currency="USD")

    assert mailoutbox == []
