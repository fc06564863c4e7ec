"""The interface of a database that searches products: SQL that builds the index, and its query language."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models.expressions import Combinable


@dataclass(frozen=True)
class Backend:
    """SQL statements are run in order; `triggers` maps a trigger's name to its definition after the name.

    `drop_trigger` holds {name} and {table}, `trigger_names` selects the names of the triggers there are.
    `expression` turns words into a query for products that hold every word, the last one also as the beginning of a
    word; `either` joins such queries; `relevance` takes such a query and measures how well a joined product fits,
    higher is better.
    `count_words` takes a JSON list of words and a limit, and selects each with the number of products, up to the limit,
    that have it in anything but their description.
    """

    create_tables: tuple[str, ...]
    drop_tables: tuple[str, ...]
    triggers: dict[str, str]
    drop_trigger: str
    trigger_names: str
    refill: tuple[str, ...]
    expression: Callable[[list[str]], str]
    relevance: Callable[[str], Combinable]
    either: str
    count_words: str
