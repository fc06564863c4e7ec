"""Active merchandising rules in memory; no query per request.

Serving reads rules with the weights and the experiments (serving/handle.py, rule_book.py). Each request asks the clock
whether the time of a rule has come. The rules of a list are compiled once for each kind of list and each stretch of
time between two boundaries of the schedules.
"""

import hashlib
import logging
import math
import uuid
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.utils import timezone

from recommendations.rules.models import Rule
from shop.catalogue.models import Product

logger = logging.getLogger(__name__)

# Several rules about one product multiply, within these bounds.
LEAST_FACTOR, MOST_FACTOR = 0.01, 100.0
LISTS_REMEMBERED = 512


@dataclass(frozen=True)
class RememberedSegment:
    """The segment a rule was made for, by its traits, because later versions number their segments anew."""

    model_version: str
    number: int
    name: str = ""
    categories: tuple[tuple[str, float], ...] = ()
    products: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Return the segment that the column `segment` of a rule describes."""
        return cls(
            str(content["model_version"]),
            int(content["number"]),
            str(content.get("name", "")),
            tuple(sorted((str(key), float(share)) for key, share in content.get("categories", {}).items())),
            tuple(sorted(content.get("products", ()))),
            tuple(sorted(content.get("terms", ()))),
        )


@dataclass(frozen=True)
class ActiveRule:
    """One rule as `Rule.content` gives it; starts and ends: seconds since 1970, infinite when open."""

    action: str
    product_id: uuid.UUID | None = None
    category_id: uuid.UUID | None = None
    position: int = 0
    factor: float = 1.0
    slot: str = ""
    intent: str = ""
    listed_category_id: uuid.UUID | None = None
    segment: RememberedSegment | None = None
    starts: float = -math.inf
    ends: float = math.inf

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> Self:
        """Return the rule; KeyError, TypeError or ValueError for what is none."""
        return cls(
            action=Rule.Action(content["action"]).value,
            product_id=_id(content["product_id"]),
            category_id=_id(content["category_id"]),
            position=content["position"] or 0,
            factor=float(content["factor"] or 1.0),
            slot=content["slot"],
            intent=content["intent"],
            listed_category_id=_id(content["listed_category_id"]),
            segment=RememberedSegment.from_content(content["segment"]) if content["segment"] else None,
            starts=_seconds(content["starts_at"], -math.inf),
            ends=_seconds(content["ends_at"], math.inf),
        )


class Pin(NamedTuple):
    """A product and its place in the whole list, 1 the first."""

    position: int
    product_id: uuid.UUID


@dataclass(frozen=True)
class RulesOfList:
    """The rules of one list. Two with the same stamp are equal. Categories include those below them."""

    stamp: str = ""
    hidden_products: frozenset[uuid.UUID] = field(default=frozenset(), compare=False)
    hidden_categories: frozenset[uuid.UUID] = field(default=frozenset(), compare=False)
    product_factors: Mapping[uuid.UUID, float] = field(default_factory=dict, compare=False)
    category_factors: Mapping[uuid.UUID, float] = field(default_factory=dict, compare=False)
    pins: tuple[Pin, ...] = field(default=(), compare=False)

    def hides(self, products: Iterable[Product]) -> set[uuid.UUID]:
        """Return the ids of those products that must not be shown."""
        if not (self.hidden_products or self.hidden_categories):
            return set()
        return {
            product.pk
            for product in products
            if product.pk in self.hidden_products or product.category_id in self.hidden_categories
        }

    def factor_of(self, product: Product) -> float:
        """Return the factor that a product's score is multiplied by, 1 without a rule about it."""
        if not self.has_factors:
            return 1.0
        return bounded(self.product_factors.get(product.pk, 1.0) * self.category_factors.get(product.category_id, 1.0))

    @property
    def has_factors(self) -> bool:
        return bool(self.product_factors or self.category_factors)


NO_RULES = RulesOfList()


class ActiveRules:
    """Rules, and for each category they name all ids it holds (itself and those below).

    - `segments`: those that rules are for. The caller of `of_list` tells which of them the shopper is in.
    """

    def __init__(
        self, rules: Sequence[ActiveRule] = (), subtrees: Mapping[uuid.UUID, frozenset[uuid.UUID]] | None = None
    ) -> None:
        self._rules, self._subtrees = tuple(rules), dict(subtrees or {})
        self.segments = frozenset(rule.segment for rule in self._rules if rule.segment)
        moments = {moment for rule in self._rules for moment in (rule.starts, rule.ends)}
        self._boundaries = sorted(moment for moment in moments if math.isfinite(moment))
        self._slots = frozenset(rule.slot for rule in self._rules)
        self._listed = frozenset(rule.listed_category_id for rule in self._rules if rule.listed_category_id)
        self._lists: dict[tuple[Any, ...], RulesOfList] = {}
        tree = sorted((pk, sorted(below)) for pk, below in self._subtrees.items())
        self._digest = _digest([self._rules, tree])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ActiveRules) and self._digest == other._digest

    __hash__ = object.__hash__

    def __len__(self) -> int:
        return len(self._rules)

    def stamp(self, moment: datetime | None = None) -> str:
        """Return a cache key that changes when a rule does, or when the time of a rule comes or ends."""
        return f"{self._digest}-{self._stretch(_now(moment))}" if self._rules else ""

    def of_list(
        self,
        *,
        slot: str,
        intent: str,
        category_id: uuid.UUID | None = None,
        segments: Collection[RememberedSegment] = frozenset(),
        moment: datetime | None = None,
    ) -> RulesOfList:
        """Return the rules of a list, now or at a moment. A rule for a category covers the ones below it.

        - `segments`: which of `self.segments` the shopper is in.
        """
        if not self._rules:
            return NO_RULES
        covering = frozenset(listed for listed in self._listed if category_id in self._below(listed))
        now = _now(moment)
        key = (slot if slot in self._slots else "", intent, covering, frozenset(segments), self._stretch(now))
        cached = self._lists.get(key)
        if cached is None:
            if len(self._lists) >= LISTS_REMEMBERED:
                self._lists.clear()
            cached = self._lists[key] = self._compiled(*key[:4], now)
        return cached

    def _compiled(
        self,
        slot: str,
        intent: str,
        covering: Collection[uuid.UUID],
        segments: Collection[RememberedSegment],
        now: float,
    ) -> RulesOfList:
        rules = [
            rule
            for rule in self._rules
            if rule.starts <= now < rule.ends
            and rule.slot in ("", slot)
            and rule.intent in ("", intent)
            and (rule.listed_category_id is None or rule.listed_category_id in covering)
            and (rule.segment is None or rule.segment in segments)
        ]
        hides = [rule for rule in rules if rule.action == Rule.Action.HIDE]
        scaling = [rule for rule in rules if rule.action in (Rule.Action.BOOST, Rule.Action.BURY)]
        pins = sorted((rule for rule in rules if rule.action == Rule.Action.PIN), key=lambda rule: rule.position)
        places = {rule.product_id: rule.position for rule in reversed(pins) if rule.product_id}
        pinned = dict.fromkeys(rule.product_id for rule in pins if rule.product_id)
        return RulesOfList(
            _digest([self._digest, rules]) if rules else "",
            frozenset(rule.product_id for rule in hides if rule.product_id),
            frozenset().union(*(self._below(rule.category_id) for rule in hides if rule.category_id)),
            _multiplied((rule.product_id, rule.factor) for rule in scaling if rule.product_id),
            _multiplied(
                (below, rule.factor) for rule in scaling if rule.category_id for below in self._below(rule.category_id)
            ),
            tuple(Pin(places[product_id], product_id) for product_id in pinned),
        )

    def _below(self, category_id: uuid.UUID) -> frozenset[uuid.UUID]:
        return self._subtrees.get(category_id, frozenset([category_id]))

    def _stretch(self, now: float) -> int:
        """Return how many boundaries of the schedules lie at or before a moment."""
        return bisect_right(self._boundaries, now)


def rules_of(contents: Iterable[Mapping[str, Any]]) -> tuple[ActiveRule, ...]:
    """Return rules from what `Rule.content` gave; one that cannot be read is left out and logged."""
    rules = []
    for content in contents:
        try:
            rules.append(ActiveRule.from_content(content))
        except (KeyError, TypeError, ValueError) as error:
            logger.error("A merchandising rule is not usable and does not hold: %r", error)
    return tuple(rules)


def bounded(factor: float) -> float:
    return min(max(factor, LEAST_FACTOR), MOST_FACTOR)


def _multiplied(factors: Iterable[tuple[uuid.UUID, float]]) -> Mapping[uuid.UUID, float]:
    products: dict[uuid.UUID, float] = {}
    for key, factor in factors:
        products[key] = bounded(products.get(key, 1.0) * factor)
    return products


def _digest(content: Any) -> str:
    return hashlib.sha256(repr(content).encode()).hexdigest()[:16]


def _now(moment: datetime | None) -> float:
    return (moment or timezone.now()).timestamp()


def _id(value: str | None) -> uuid.UUID | None:
    return uuid.UUID(hex=value) if value else None


def _seconds(moment: str | None, open_end: float) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else open_end
