"""Products with nothing but an id, from a file of interactions."""

from collections.abc import Iterable, Iterator

from ml.datasets.records import InteractionRecord, ProductRecord, RowError


def bare_products(interactions: Iterable[InteractionRecord | RowError]) -> Iterator[ProductRecord | RowError]:
    """Yield one product per item id, at its first occurrence, with the id in its title."""
    seen: set[str] = set()
    for record in interactions:
        if isinstance(record, RowError):
            yield record
        elif record.item not in seen:
            seen.add(record.item)
            yield ProductRecord(external_id=record.item, title=f"Product {record.item}", line=record.line)
