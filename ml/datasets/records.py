"""Records that readers yield: products, interactions, and rows that could not be read."""

from dataclasses import dataclass
from decimal import Decimal
from enum import Flag, auto
from pathlib import Path
from typing import NamedTuple


class Contents(Flag):
    """Kinds of records in a file, which may hold both."""

    NOTHING = 0
    PRODUCTS = auto()
    INTERACTIONS = auto()


class DatasetError(Exception):
    """A file cannot be read. The message is one line: file, line, problem, what to do."""

    def __init__(self, path: Path | str, problem: str, *, line: int | None = None) -> None:
        """Name the file (or the address of a database) and, if known, the physical line (the first is 1)."""
        self.path, self.line, self.problem = path, line, problem
        super().__init__(f"{path}{f', line {line}' if line else ''}: {problem}")


class RowError(NamedTuple):
    """A row that was skipped. `line` is the physical line on which it starts."""

    line: int
    reason: str
    raw_id: str = ""


class GuestRow(RowError):
    """A purchase without an account: skipped like a RowError, and counted separately."""

    __slots__ = ()


class InteractionRecord(NamedTuple):
    """An interaction, with raw ids.

    - `rating`: stars, 1 to 5, or the pieces of a purchase; None: unknown;
    - `timestamp`: Unix time in seconds; None: unknown;
    - `amount`: money of a purchase, which the log does not store; None: unknown.
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
    """A product of a file; empty values and None are unknown.

    - `category_path`: from the root to the leaf;
    - `price`, `list_price`: in `currency` (ISO 4217), or in the shop's own when it is empty;
    - `rating`: mean of `rating_count` ratings, 1 to 5 stars;
    - `stock`, `is_published`: only for products that are new to the shop;
    - `notes`: fields that could not be read.
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
