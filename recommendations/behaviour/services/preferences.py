"""Preferences of a shopper: choose categories, and forget viewed products.

They are events of the log, so that they follow a visitor into their account.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from django.db import router, transaction

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.behaviour.profiles import History, read_history
from recommendations.behaviour.services.interactions import NewEvent, record_interaction, record_interactions
from recommendations.behaviour.services.notifications import outdate
from shop.catalogue.models import Category
from shop.catalogue.navigation import with_products

LEAST_CHOSEN, MOST_CHOSEN = 1, 10


class ChoiceRefused(ValueError):
    """The categories cannot be chosen; `code` is for programs, the message for people. Nothing was changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def choose_categories(
    *, shopper_id: uuid.UUID, category_ids: Sequence[uuid.UUID], source: str = "shop"
) -> list[uuid.UUID]:
    """Replace the categories the shopper chose, and return the new ones, each once.

    Choosing the same ones again writes nothing. Raise ChoiceRefused for fewer than LEAST_CHOSEN or more than
    MOST_CHOSEN, and for a category that is unknown or has no published product.
    """
    unique_ids = list(dict.fromkeys(category_ids))
    if not LEAST_CHOSEN <= len(unique_ids) <= MOST_CHOSEN:
        raise ChoiceRefused("out_of_range", f"Choose {LEAST_CHOSEN} to {MOST_CHOSEN} categories.")
    known = set(with_products(Category.objects.filter(pk__in=unique_ids)).values_list("pk", flat=True))
    if unknown := [category_id for category_id in unique_ids if category_id not in known]:
        raise ChoiceRefused("unknown_category", f"There is no category {unknown[0]} with products.")
    chosen = _chosen(shopper_id)
    new = [NewEvent(Kind.CHOOSE_CATEGORY, value=1, category_id=key) for key in unique_ids if key not in chosen]
    _record(shopper_id, [*new, *_taken_back(key for key in chosen if key not in unique_ids)], source)
    return unique_ids


def take_back_choice(*, shopper_id: uuid.UUID, source: str = "shop") -> None:
    """Undo `choose_categories`: afterwards no category is chosen."""
    _record(shopper_id, list(_taken_back(_chosen(shopper_id))), source)


def clear_viewed(*, shopper_id: uuid.UUID, source: str = "shop") -> bool:
    """Forget the viewed products, in the list and in recommendations; return False when there were none.

    Products in a cart, purchases, ratings, dismissals and searches stay. The log is append-only: after this event the
    earlier views of the shopper and of their linked visitors do not count in the profile.
    """
    if not _history(shopper_id).viewed:
        return False
    with _all_or_nothing():
        outdate(shopper_id)
        record_interaction(shopper_id=shopper_id, kind=Kind.CLEAR_VIEWED, source=source)
    return True


def _history(shopper_id: uuid.UUID) -> History:
    """Return the history from the log: a profile may be a moment behind."""
    return read_history(shopper_id, VisitorLink.objects.visitors_of(shopper_id))[1]


def _chosen(shopper_id: uuid.UUID) -> list[uuid.UUID]:
    return [choice.category_id for choice in _history(shopper_id).chosen]


def _taken_back(category_ids: Iterable[uuid.UUID]) -> Iterator[NewEvent]:
    return (NewEvent(Kind.CHOOSE_CATEGORY, value=0, category_id=category_id) for category_id in category_ids)


def _record(shopper_id: uuid.UUID, events: Sequence[NewEvent], source: str) -> None:
    if events:
        with _all_or_nothing():
            outdate(shopper_id)
            record_interactions(shopper_id=shopper_id, events=events, source=source)


def _all_or_nothing() -> AbstractContextManager[None]:
    """Return a transaction. Without one (MongoDB) the events come last: a profile outdated in vain does no harm."""
    return transaction.atomic(using=router.db_for_write(Interaction))
