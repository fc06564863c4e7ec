"""What shoppers say of themselves: categories they like, and views to be forgotten.

All of it is events of the log, so it follows a visitor into their account, and goes where the log goes.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from django.db import router, transaction

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.behaviour.profiles import History, read_history
from recommendations.behaviour.services.freshness import outdate
from recommendations.behaviour.services.interactions import NewEvent, record_interaction, record_interactions
from shop.catalogue.models import Category
from shop.catalogue.navigation import with_products

LEAST_CHOSEN, MOST_CHOSEN = 1, 10


class ChoiceRefused(ValueError):
    """The categories cannot be chosen; `code` for programs, the text for people. Nothing was changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def choose_categories(
    *, shopper_id: uuid.UUID, category_ids: Sequence[uuid.UUID], source: str = "shop"
) -> list[uuid.UUID]:
    """Make these the categories the shopper likes, in place of those chosen before, and return them, each once.

    Choosing the same again writes nothing. ChoiceRefused for fewer than LEAST_CHOSEN or more than MOST_CHOSEN, and for
    one that is unknown or has no published product.
    """
    wanted = list(dict.fromkeys(category_ids))
    if not LEAST_CHOSEN <= len(wanted) <= MOST_CHOSEN:
        raise ChoiceRefused("out_of_range", f"Choose {LEAST_CHOSEN} to {MOST_CHOSEN} categories.")
    known = set(with_products(Category.objects.filter(pk__in=wanted)).values_list("pk", flat=True))
    if unknown := [category_id for category_id in wanted if category_id not in known]:
        raise ChoiceRefused("unknown_category", f"There is no category {unknown[0]} with products.")
    chosen = _chosen(shopper_id)
    new = [NewEvent(Kind.CHOOSE_CATEGORY, value=1, category_id=key) for key in wanted if key not in chosen]
    _record(shopper_id, [*new, *_taken_back(key for key in chosen if key not in wanted)], source)
    return wanted


def take_back_choice(*, shopper_id: uuid.UUID, source: str = "shop") -> None:
    """Undo `choose_categories`: no category is chosen any more."""
    _record(shopper_id, list(_taken_back(_chosen(shopper_id))), source)


def clear_viewed(*, shopper_id: uuid.UUID, source: str = "shop") -> bool:
    """Forget what the shopper looked at, in the list and in what is recommended; False when there was nothing.

    What they put into a cart, bought, rated, dismissed or searched for stays. The log only grows: this is an event
    after which earlier views of this shopper, and of the visitors they were, count for nothing in their profile.
    """
    if not _history(shopper_id).viewed:
        return False
    with _all_or_nothing():
        outdate(shopper_id)
        record_interaction(shopper_id=shopper_id, kind=Kind.CLEAR_VIEWED, source=source)
    return True


def _history(shopper_id: uuid.UUID) -> History:
    """Return the history as the log has it now; a profile may be a moment behind."""
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
    """Without transactions (MongoDB) the events come last: a profile that is outdated for nothing does no harm."""
    return transaction.atomic(using=router.db_for_write(Interaction))
