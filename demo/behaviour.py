"""Sessions of the demo shoppers. They follow planted tastes, so that a training finds structure that people can see.

A shopper likes one to three groups and one style. They view mostly those and mostly well-liked products, buy some of
the products they viewed, and often add a product that goes with them to the same order.
"""

import random
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from demo.catalogue import NAMESPACE, STYLES, DemoProduct
from demo.tables import Style

DEFAULT_SHOPPERS = 400
DAYS = 90
SURGE_DAYS = 6
SURGE_SHARE = 0.05
SURGE = 14.0
SHARE_OF_LIKED_GROUPS = 0.88
SHARE_OF_LIKED_STYLE = 8.0
SHARE_THAT_SEARCHES = 0.4
SHARE_CARTED = {True: 0.4, False: 0.12}
SHARE_ORDERED = 0.62
SHARE_COMPLETED = 0.6
SHARE_RATED = 0.5


@dataclass(frozen=True)
class DemoEvent:
    """One interaction; `kind` and `value` as in the log."""

    id: uuid.UUID
    shopper_id: uuid.UUID
    kind: str
    occurred_at: datetime
    product_id: uuid.UUID | None = None
    value: float | None = None
    query: str = ""


@dataclass(frozen=True)
class DemoOrder:
    """Products bought at one moment."""

    id: uuid.UUID
    shopper_id: uuid.UUID
    placed_at: datetime
    lines: tuple[tuple[DemoProduct, int], ...]


@dataclass(frozen=True)
class Taste:
    """The groups that a shopper likes, the first one most, and the style."""

    groups: tuple[str, ...]
    style: Style


@dataclass
class Past:
    """Everything that one shopper did, in the order in which it was planned."""

    events: list[DemoEvent] = field(default_factory=list)
    orders: list[DemoOrder] = field(default_factory=list)


class Market:
    """The catalogue as shoppers see it until the midnight before `now` (an aware datetime, UTC).

    The plan does not depend on the hour: on a later day the same things happen that many days later.
    """

    def __init__(self, products: Sequence[DemoProduct], now: datetime) -> None:
        self.now = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self.groups: dict[str, list[DemoProduct]] = defaultdict(list)
        self.by_type: dict[str, list[DemoProduct]] = defaultdict(list)
        for product in products:
            self.groups[product.group.name].append(product)
            self.by_type[product.type.drawing].append(product)
        self.all_groups = sorted(self.groups)

    def appeal(self, product: DemoProduct, taste: Taste, moment: datetime, words: str = "") -> float:
        """Return how much a product attracts this shopper at a moment, above 0."""
        attraction = product.appeal * (SHARE_OF_LIKED_STYLE if product.style == taste.style else 1.0)
        if words and words in product.type.keywords:
            attraction *= 5.0
        if self.now - moment < timedelta(days=SURGE_DAYS) and is_surging(product):
            attraction *= SURGE
        return attraction


def is_surging(product: DemoProduct) -> bool:
    """Return whether the product is trending in the last days of the demo."""
    return random.Random(f"surge {product.key}").random() < SURGE_SHARE


def taste_of(number: int, groups: Sequence[str]) -> Taste:
    """Return the taste of the demo shopper with this number."""
    chance = random.Random(f"taste {number}")
    return Taste(
        tuple(chance.sample(list(groups), min(chance.choice((1, 2, 2, 3)), len(groups)))), chance.choice(STYLES)
    )


def shopper_id(number: int) -> uuid.UUID:
    """Return the id of the demo shopper with this number. It belongs to no account."""
    return uuid.uuid5(NAMESPACE, f"shopper {number}")


def plan_shoppers(market: Market, shoppers: int) -> list[DemoEvent]:
    """Return the interactions of demo shoppers 1 to `shoppers`, oldest first."""
    events: list[DemoEvent] = []
    for number in range(1, shoppers + 1):
        sessions = random.Random(f"sessions {number}").choice((3, 4, 4, 5, 5, 6, 7, 8, 10))
        taste = taste_of(number, market.all_groups)
        events += Plan(market, shopper_id(number), taste).past(sessions, rates=True).events
    return sorted(events, key=lambda event: (event.occurred_at, event.id))


class Plan:
    """The past of one shopper, the same each time for a seed (the shopper's id by default), taste and market."""

    def __init__(self, market: Market, shopper: uuid.UUID, taste: Taste, *, seed: str = "") -> None:
        self._market, self._shopper, self._taste = market, shopper, taste
        self._chance = random.Random(f"past {seed or shopper}")
        self._past = Past()
        # Types and not products: a shopper with a kettle buys no other kettle.
        self._bought: set[str] = set()

    def past(self, sessions: int, *, rates: bool, most_orders: int | None = None) -> Past:
        """Plan a number of sessions.

        - `rates`: rate some of the purchases.
        - `most_orders`: the number of orders after which the shopper buys nothing.
        """
        for moment in sorted(self._moment() for _ in range(sessions)):
            self._session(moment, rates, most_orders is None or len(self._past.orders) < most_orders)
        self._past.events = [event for event in self._past.events if event.occurred_at < self._market.now]
        return self._past

    def _moment(self) -> datetime:
        """Return the start of a session. Recent days and evenings are more likely than others."""
        day = 1 + int((DAYS - 1) * self._chance.random() ** 1.3)
        return self._market.now - timedelta(days=day) + timedelta(hours=self._chance.triangular(6.5, 23.0, 20.0))

    def _session(self, moment: datetime, rates: bool, buys: bool) -> None:
        chance = self._chance
        likes = self._taste.groups if chance.random() < SHARE_OF_LIKED_GROUPS else self._market.all_groups
        # A liked group counts half of the one before it.
        group = chance.choices(likes, [2.0**-at if likes is self._taste.groups else 1.0 for at in range(len(likes))])[0]
        products = self._market.groups[group]
        words = (
            chance.choice(chance.choice(products).type.keywords[:3]) if chance.random() < SHARE_THAT_SEARCHES else ""
        )
        if words:
            self._add("search", moment, query=words)
        weights = [self._market.appeal(product, self._taste, moment, words) for product in products]
        seen = {product.id: product for product in chance.choices(products, weights, k=chance.randint(3, 8))}
        cart: list[DemoProduct] = []
        for number, product in enumerate(seen.values()):
            moment += timedelta(seconds=chance.uniform(15, 150))
            if words and not number:
                self._add("search_click", moment, product, query=words)
            self._add("view", moment, product)
            if self._wants(product, cart):
                moment += timedelta(seconds=chance.uniform(5, 60))
                self._add("add_to_cart", moment, product, 1)
                cart.append(product)
        if buys and cart and chance.random() < SHARE_ORDERED:
            self._order(cart, moment + timedelta(minutes=chance.uniform(1, 9)), rates)

    def _wants(self, product: DemoProduct, cart: list[DemoProduct]) -> bool:
        share = SHARE_CARTED[product.style == self._taste.style] * min(1.0, product.quality / 4.3)
        has_one = product.type.drawing in self._bought or any(other.type == product.type for other in cart)
        return self._chance.random() < share and not has_one

    def _order(self, cart: list[DemoProduct], moment: datetime, rates: bool) -> None:
        for product in tuple(cart):
            other = self._companion(product, cart)
            if other is not None and self._chance.random() < SHARE_COMPLETED:
                self._add("view", moment, other)
                moment += timedelta(seconds=self._chance.uniform(10, 60))
                self._add("add_to_cart", moment, other, 1)
                cart.append(other)
        moment += timedelta(minutes=2)
        # The id depends on the products: a demo of another size may bring other orders, but no half of one.
        order = uuid.uuid5(self._shopper, " ".join(["order", *(product.key for product in cart)]))
        lines = tuple((product, self._quantity(product)) for product in cart)
        self._past.orders.append(DemoOrder(order, self._shopper, moment, lines))
        for product, quantity in lines:
            self._bought.add(product.type.drawing)
            # The shop gives the purchases of its own orders the same ids.
            event = uuid.uuid5(order, product.id.hex)
            self._past.events.append(DemoEvent(event, self._shopper, "purchase", moment, product.id, quantity))
            if rates and self._chance.random() < SHARE_RATED:
                later = moment + timedelta(days=self._chance.uniform(2, 12))
                self._add("rate", later, product, stars_for(self._chance, product, self._taste))

    def _companion(self, product: DemoProduct, cart: list[DemoProduct]) -> DemoProduct | None:
        """Return a product that goes with another, in its style if possible; None if the shopper has one."""
        taken = self._bought | {other.type.drawing for other in cart}
        drawings = [drawing for drawing in product.type.goes_with if drawing not in taken]
        candidates = [other for drawing in drawings for other in self._market.by_type[drawing]]
        matching = [other for other in candidates if other.style == product.style] or candidates
        # The first type goes best with it.
        weights = [p.appeal * (3.0 if p.type.drawing == product.type.goes_with[0] else 1.0) for p in matching]
        return self._chance.choices(matching, weights)[0] if matching else None

    def _quantity(self, product: DemoProduct) -> int:
        return self._chance.choice((1, 1, 1, 2, 2, 4)) if product.price < 30 else 1

    def _add(
        self,
        kind: str,
        moment: datetime,
        product: DemoProduct | None = None,
        value: float | None = None,
        *,
        query: str = "",
    ) -> None:
        event = uuid.uuid5(self._shopper, f"event {len(self._past.events)}")
        product_id = product.id if product else None
        self._past.events.append(DemoEvent(event, self._shopper, kind, moment, product_id, value, query))


def stars_for(chance: random.Random, product: DemoProduct, taste: Taste) -> int:
    """Return the stars that a shopper gives: near the product's quality, a little more for one of their style."""
    mean = product.quality + (0.3 if product.style == taste.style else -0.1)
    return max(1, min(5, round(chance.gauss(mean, 0.8))))
