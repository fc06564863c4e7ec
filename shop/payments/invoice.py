"""Payment on invoice."""

import uuid
from decimal import Decimal

from shop.payments.base import PaymentProvider


class Invoice(PaymentProvider):
    """The shop delivers first. Nothing happens online."""

    def start(self, *, order_id: uuid.UUID, amount: Decimal, currency: str) -> None:
        """Do nothing: the invoice comes with the goods."""


INVOICE = Invoice("invoice", "Pay on invoice")
