"""The plan of the demo: products, accounts, orders, reviews and interactions, complete before anything is written."""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from demo.behaviour import DemoEvent, DemoOrder, Market, Plan, Taste, plan_shoppers
from demo.catalogue import NAMESPACE, STYLES, DemoProduct, compose_catalogue
from demo.reviews import DemoReview, plan_reviews
from demo.tables import DEPARTMENTS, Style

PASSWORD = "kindred-demo"  # noqa: S105 known to everybody; load_demo refuses to run where that would matter
SHOPPER_EMAIL = "shopper@kindred.example"
ADMIN_EMAIL = "admin@kindred.example"
REVIEWERS = 12
# Chosen among many seeds, because its orders suit a demonstration: first grinder and kettle, then records.
SHOPPER_SEED = "shopper 1027"
SHOPPER_GROUPS = ("Coffee & Tea", "Vinyl & Radio")


@dataclass(frozen=True)
class DemoAccount:
    """An account with a past. Its owner can sign in if `password` is set."""

    id: uuid.UUID
    email: str
    name: str
    password: str | None = None
    is_admin: bool = False
    orders: tuple[DemoOrder, ...] = ()
    reviews: tuple[DemoReview, ...] = ()
    events: tuple[DemoEvent, ...] = ()


@dataclass(frozen=True)
class Demo:
    """Everything that load_demo writes. `events` are those of shoppers without an account, oldest first."""

    products: list[DemoProduct]
    accounts: list[DemoAccount] = field(default_factory=list)
    events: list[DemoEvent] = field(default_factory=list)

    @property
    def all_events(self) -> list[DemoEvent]:
        """Every interaction, oldest first."""
        everything = [*self.events, *(event for account in self.accounts for event in account.events)]
        return sorted(everything, key=lambda event: (event.occurred_at, event.id))


def account_emails() -> list[str]:
    """Return the addresses of all demo accounts."""
    return [SHOPPER_EMAIL, ADMIN_EMAIL, *(_reviewer_email(number) for number in range(1, REVIEWERS + 1))]


def plan_demo(*, products: int, shoppers: int, now: datetime, known_accounts: Mapping[str, uuid.UUID]) -> Demo:
    """Return the demo with this number of products and shoppers, ending at the midnight before `now`.

    `known_accounts` are the ids of existing accounts by e-mail address. Raises ValueError for an impossible number.
    """
    if shoppers < 0:
        raise ValueError(f"There cannot be {shoppers} shoppers.")
    catalogue = compose_catalogue(products)
    market = Market(catalogue, now)

    def key(email: str) -> uuid.UUID:
        return known_accounts.get(email) or uuid.uuid5(NAMESPACE, email)

    accounts = [
        _shopper(market, key(SHOPPER_EMAIL)),
        DemoAccount(key(ADMIN_EMAIL), ADMIN_EMAIL, "Demo Admin", PASSWORD, is_admin=True),
        *(_reviewer(market, number, key(_reviewer_email(number))) for number in range(1, REVIEWERS + 1)),
    ]
    return Demo(catalogue, accounts, plan_shoppers(market, shoppers))


def _reviewer_email(number: int) -> str:
    return f"reviewer{number}@kindred.example"


def _shopper(market: Market, key: uuid.UUID) -> DemoAccount:
    """Plan the account that visitors sign in with: it likes coffee and records and ordered twice."""
    groups = tuple(group for group in SHOPPER_GROUPS if group in market.groups) or tuple(market.all_groups[:1])
    taste = Taste(groups, Style.NATURAL)
    past = Plan(market, key, taste, seed=SHOPPER_SEED).past(sessions=7, rates=False, most_orders=2)
    reviews = plan_reviews(key, (), past.orders[:1], taste, now=market.now, seed=SHOPPER_SEED)
    events = (*past.events, *map(_rating, reviews))
    return DemoAccount(
        key, SHOPPER_EMAIL, "Demo Shopper", PASSWORD, orders=tuple(past.orders), reviews=tuple(reviews), events=events
    )


def _reviewer(market: Market, number: int, key: uuid.UUID) -> DemoAccount:
    """Plan a reviewer of two departments. Three reviewers share each department."""
    departments = [DEPARTMENTS[(number + shift) % len(DEPARTMENTS)] for shift in (0, 4)]
    products = [product for name in market.all_groups for product in market.groups[name]]
    products = [product for product in products if product.department in departments]
    groups = tuple(sorted({product.group.name for product in products})) or tuple(market.all_groups)
    chance = random.Random(f"reviewer {number}")
    taste = Taste(tuple(chance.sample(groups, min(3, len(groups)))), chance.choice(STYLES))
    past = Plan(market, key, taste, seed=f"reviewer {number}").past(sessions=9, rates=False, most_orders=4)
    reviews = plan_reviews(key, products, past.orders, taste, now=market.now, seed=f"reviewer {number}")
    return DemoAccount(
        key,
        _reviewer_email(number),
        f"Demo Reviewer {number}",
        orders=tuple(past.orders),
        reviews=tuple(reviews),
        events=(*past.events, *map(_rating, reviews)),
    )


def _rating(review: DemoReview) -> DemoEvent:
    """Return the interaction that the shop records for a review."""
    key = uuid.uuid5(review.id, "rate")
    return DemoEvent(key, review.author_id, "rate", review.written_at, review.product.id, review.stars)
