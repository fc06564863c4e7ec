"""The history of a shopper: everything ranking needs to know, computed from their events.

Its JSON form is the `history` column of `ShopperProfile`:

    {"recent": [[product id, kind, weight], ...],   newest first, at most 50, one entry per product
     "viewed": [product id, ...],                   newest first, at most 50
     "bought": [product id, ...],                   bought or rated: the shopper has it
     "not_interested": [product id, ...],           and not taken back
     "searches": [[words, weight], ...],            newest first, at most 10, one entry per wording
     "chosen": [[category id, weight], ...],        newest first, not taken back
     "visitors": [visitor id, ...]}                 whose events count for this account

Ids are UUIDs in hex. Views before the shopper cleared them do not count. The history is recomputed from the whole log
each time, so that a profile cannot drift from it.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ml.ranking import shopper_vector
from ml.serving_index import ServingIndex
from recommendations.behaviour.event_weights import KIND_CODES, KINDS, Kind, Log, decay, pair_weights, strengths
from recommendations.behaviour.models import Interaction

# `ShopperProfile.model_version` of a profile made before the first model; an empty one marks an outdated profile.
NO_MODEL = "none"
MOST_RECENT = 50
MOST_SEARCHES = 10
_LOOKS = (Kind.VIEW, Kind.SEARCH_CLICK)


class Event(NamedTuple):
    """The columns of an interaction that make up a profile; see EVENT_COLUMNS."""

    kind: str
    product_id: uuid.UUID | None
    value: float | None
    query: str
    occurred_at: datetime
    category_id: uuid.UUID | None = None
    shopper_id: uuid.UUID | None = None


EVENT_COLUMNS = Event._fields


class RecentProduct(NamedTuple):
    """A product the shopper touched, with the strongest kind of their events and the sum of the event weights."""

    product_id: uuid.UUID
    kind: Kind
    weight: float


class Search(NamedTuple):
    """Words the shopper searched for; the weight in (0, 1] fades."""

    query: str
    weight: float


class ChosenCategory(NamedTuple):
    """A category the shopper chose, and the remaining event weight of the choice."""

    category_id: uuid.UUID
    weight: float


@dataclass(frozen=True)
class History:
    """One shopper's history, with weights rounded as in the profile, so that log and profile give the same ranking.

    `row`: the unrounded event weight of each product. It is not stored; the vector made from it is.
    """

    recent: tuple[RecentProduct, ...] = ()
    viewed: tuple[uuid.UUID, ...] = ()
    bought: tuple[uuid.UUID, ...] = ()
    not_interested: tuple[uuid.UUID, ...] = ()
    searches: tuple[Search, ...] = ()
    chosen: tuple[ChosenCategory, ...] = ()
    visitors: tuple[uuid.UUID, ...] = ()
    row: Mapping[uuid.UUID, float] = field(default_factory=dict, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Return the history as the module's docstring shows it."""
        return {
            "recent": [[product.product_id.hex, product.kind, product.weight] for product in self.recent],
            "viewed": [product_id.hex for product_id in self.viewed],
            "bought": [product_id.hex for product_id in self.bought],
            "not_interested": [product_id.hex for product_id in self.not_interested],
            "searches": [[search.query, search.weight] for search in self.searches],
            "chosen": [[choice.category_id.hex, choice.weight] for choice in self.chosen],
            "visitors": [visitor_id.hex for visitor_id in self.visitors],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return the history that `to_json` wrote; missing parts are empty."""
        viewed = stored.get("viewed", [product_id for product_id, *_ in stored.get("recent", ())])  # not in older ones
        return cls(
            recent=tuple(RecentProduct(uuid.UUID(hex=i), Kind(kind), w) for i, kind, w in stored.get("recent", ())),
            viewed=tuple(uuid.UUID(hex=i) for i in viewed),
            bought=tuple(uuid.UUID(hex=i) for i in stored.get("bought", ())),
            not_interested=tuple(uuid.UUID(hex=i) for i in stored.get("not_interested", ())),
            searches=tuple(Search(query, weight) for query, weight in stored.get("searches", ())),
            chosen=tuple(ChosenCategory(uuid.UUID(hex=i), weight) for i, weight in stored.get("chosen", ())),
            visitors=tuple(uuid.UUID(hex=i) for i in stored.get("visitors", ())),
        )


def read_history(shopper_id: uuid.UUID, visitors: Sequence[uuid.UUID]) -> tuple[int, History]:
    """Return the number of events of a shopper and their linked visitors, and the history made of them; one query."""
    rows = Interaction.objects.of_shoppers([shopper_id, *visitors]).values_list(*EVENT_COLUMNS)
    events = [Event(*row) for row in rows]
    return len(events), build_history(events, visitors)


def build_history(events: Sequence[Event], visitors: Sequence[uuid.UUID] = ()) -> History:
    """Return the history of one shopper from their events, in any order.

    Event weights fade with the time before the shopper's newest event (recommendations/behaviour/event_weights.py).
    `visitors`: the visitors linked to the account.
    """
    events = _without_cleared(events, visitors)
    if not events:
        return History(visitors=tuple(visitors))
    products = list(dict.fromkeys(event.product_id for event in events if event.product_id is not None))
    log = _log_of(events, products)
    pairs = pair_weights(log)
    newest_first = np.lexsort((pairs.products, -pairs.times))
    recent = [
        RecentProduct(products[pairs.products[at]], KINDS[pairs.kinds[at]], _rounded(pairs.weights[at]))
        for at in newest_first[:MOST_RECENT]
    ]
    owned = {KIND_CODES[Kind.PURCHASE], KIND_CODES[Kind.RATE]}
    return History(
        recent=tuple(recent),
        viewed=_viewed(events),
        bought=tuple(products[i] for i in np.unique(log.products[np.isin(log.kinds, list(owned))]) if i >= 0),
        not_interested=_not_interested(events),
        searches=_searches(events, log),
        chosen=_chosen(events, log),
        visitors=tuple(visitors),
        row={products[item]: float(w) for item, w in zip(pairs.products, pairs.weights, strict=True)},
    )


def fold_in(index: ServingIndex, row: Mapping[uuid.UUID, float]) -> NDArray[np.float32] | None:
    """Return the shopper's unit vector, float32 [d], from event weights by product; None when the index knows none of
    the products."""
    items = index.indices_of([product_id.hex for product_id in row])
    vector = shopper_vector(index, items, np.fromiter(row.values(), dtype=np.float32, count=len(row)))
    return vector if vector.any() else None


def _rounded(weight: float) -> float:
    return round(float(weight), 6)


def _without_cleared(events: Sequence[Event], visitors: Sequence[uuid.UUID]) -> list[Event]:
    """Leave out the views before the shopper cleared them; a visitor clears only their own."""
    cleared: dict[uuid.UUID | None, datetime] = {}
    for event in events:
        if event.kind == Kind.CLEAR_VIEWED:
            of = event.shopper_id if event.shopper_id in visitors else None
            cleared[of] = max(cleared.get(of, event.occurred_at), event.occurred_at)
    if not cleared:
        return list(events)
    return [
        event
        for event in events
        if event.kind not in _LOOKS
        or not any(event.occurred_at <= cleared[of] for of in (None, event.shopper_id) if of in cleared)
    ]


def _viewed(events: Sequence[Event]) -> tuple[uuid.UUID, ...]:
    """Return the viewed products, newest first, each once."""
    looks = sorted((event for event in events if event.kind in _LOOKS), key=lambda event: event.occurred_at)
    newest = dict.fromkeys(event.product_id for event in reversed(looks) if event.product_id is not None)
    return tuple(newest)[:MOST_RECENT]


def _log_of(events: Sequence[Event], products: Sequence[uuid.UUID]) -> Log:
    positions: dict[uuid.UUID | None, int] = {product_id: at for at, product_id in enumerate(products)}
    return Log(
        shoppers=np.zeros(len(events), dtype=np.int64),
        products=np.array([positions.get(event.product_id, -1) for event in events], dtype=np.int64),
        kinds=np.array([KIND_CODES[event.kind] for event in events], dtype=np.int8),
        values=np.array([np.nan if event.value is None else event.value for event in events], dtype=np.float32),
        times=np.array([event.occurred_at.timestamp() for event in events], dtype=np.float64),
    )


def _not_interested(events: Sequence[Event]) -> tuple[uuid.UUID, ...]:
    """Return the products whose newest such event was not taken back (value 0)."""
    dismissals = sorted((e for e in events if e.kind == Kind.NOT_INTERESTED), key=lambda event: event.occurred_at)
    latest = {event.product_id: event.value for event in dismissals}
    return tuple(product_id for product_id, value in latest.items() if product_id is not None and value != 0)


def _searches(events: Sequence[Event], log: Log) -> tuple[Search, ...]:
    """Return the newest search words with their remaining weights."""
    left = decay(log.kinds, log.times.max() - log.times)
    newest: dict[str, float] = {}
    for at in np.argsort(-log.times, kind="stable"):
        if events[at].query and len(newest) < MOST_SEARCHES:
            newest.setdefault(" ".join(events[at].query.lower().split()), _rounded(left[at]))
    return tuple(Search(query, weight) for query, weight in newest.items())


def _chosen(events: Sequence[Event], log: Log) -> tuple[ChosenCategory, ...]:
    """Return the categories whose newest choice was not taken back (value 0), with their remaining weights."""
    # Of two choices at the same moment (MongoDB keeps milliseconds) the one written later counts.
    choices = np.flatnonzero(log.kinds == KIND_CODES[Kind.CHOOSE_CATEGORY])[::-1]
    left = strengths(log, log.times.max() - log.times)
    latest: dict[uuid.UUID, ChosenCategory | None] = {}
    for at in choices[np.argsort(-log.times[choices], kind="stable")].tolist():
        category_id = events[at].category_id
        if category_id is not None:
            chosen = None if events[at].value == 0 else ChosenCategory(category_id, _rounded(left[at]))
            latest.setdefault(category_id, chosen)
    return tuple(choice for choice in latest.values() if choice is not None)
