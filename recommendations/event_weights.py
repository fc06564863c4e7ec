"""Every interaction kind with the strength it has in training and in a shopper's profile, and how fast it fades."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """One thing a shopper did (glossary: interaction kind)."""

    VIEW = "view"
    SEARCH = "search"
    SEARCH_CLICK = "search_click"
    ADD_TO_CART = "add_to_cart"
    PURCHASE = "purchase"
    RATE = "rate"
    NOT_INTERESTED = "not_interested"


@dataclass(frozen=True)
class EventWeight:
    """`weight`: strength of one event. `half_life_days`: after this time it counts half."""

    weight: float
    half_life_days: float


EVENT_WEIGHTS: dict[Kind, EventWeight] = {
    Kind.VIEW: EventWeight(1.0, 30),
    Kind.SEARCH: EventWeight(0.0, 7),
    Kind.SEARCH_CLICK: EventWeight(1.5, 30),
    Kind.ADD_TO_CART: EventWeight(3.0, 60),
    Kind.PURCHASE: EventWeight(5.0, 365),
    Kind.RATE: EventWeight(4.0, 365),
    Kind.NOT_INTERESTED: EventWeight(0.0, 365),
}
