"""What every reader yields: products, interactions, and rows that could not be read."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Flag, auto
from pathlib import Path
from typing import NamedTuple


class Contents(Flag):
    """What a file holds; one file may hold both."""

    NOTHING = 0
    PRODUCTS = auto()
    INTERACTIONS = auto()


class DatasetError(Exception):
    """The file as a whole cannot be read. The text is one line: which file, where, what was wrong, what to do."""

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None) -> None:
        """Name the file (or the address of a database) and, when it is known, the physical line (the first is 1)."""
        self.path, self.line, self.problem = path, line, problem
        super().__init__(f"{path}{f', line {line}' if line else ''}: {problem}")


class RowError(NamedTuple):
    """One row that was left out; reading goes on. `line` is the physical line on which the row starts."""

    line: int
    reason: str
    raw_id: str = ""


class GuestRow(RowError):
    """A purchase by somebody without an account: left out like a RowError, and counted apart."""

    __slots__ = ()


class InteractionRecord(NamedTuple):
    """One thing a shopper did, with raw ids.

    rating: stars, 1 to 5, or the pieces of a purchase; timestamp: Unix time in seconds; amount: the money a purchase
    came to, which the log does not keep. None: not said.
    """

    user: str
    item: str
    rating: float | None
    timestamp: float | None
    kind: str = "rate"
    line: int = 0
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRecord:
    """One product as its file describes it; empty and None mean that the file does not say.

    `category_path` goes from the root to the leaf. Prices are in `currency` (ISO 4217). `rating` is the mean of
    `rating_count` ratings, 1 to 5 stars. `stock` and `is_published` are for products that are new to the shop. No
    `currency` means the shop's own. `notes` name the fields that could not be read and were left out.
    """

    external_id: str
    title: str
    description: str = ""
    brand: str = ""
    category_path: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    price: Decimal | None = None
    list_price: Decimal | None = None
    currency: str = ""
    image_url: str = ""
    rating: float | None = None
    rating_count: int | None = None
    also_bought: tuple[str, ...] = ()
    stock: int | None = None
    is_published: bool = True
    notes: tuple[str, ...] = ()
    line: int = 0
