"""Payment on invoice."""

import uuid
from decimal import Decimal

from shop.payments.invoice import INVOICE


def test_an_invoice_needs_nothing_from_anybody_to_start():
    assert INVOICE.start(order_id=uuid.UUID(int=1), amount=Decimal("1.00"), currency="USD") is None
