"""The interface of a payment provider."""

import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class PaymentProvider(ABC):
    """One way to pay: `name` for programs and stored rows, `title` for shoppers."""

    name: str
    title: str

    @abstractmethod
    def start(self, *, order_id: uuid.UUID, amount: Decimal, currency: str) -> None:
        """Start to collect an order's total, an amount in an ISO 4217 currency.

        Called in the transaction that places the order: an error undoes the order.
        """
