"""What is asked for and what ranking answers: intents, questions, requests and candidates."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ml.ranking import Discovery, Parts
from ml.serving_index import Moment
from recommendations.rules.active_rules import NO_RULES, RulesOfList


class Intent(StrEnum):
    """Why a list is shown (glossary)."""

    FOR_YOU = "for_you"
    SIMILAR = "similar"
    COMPLEMENTARY = "complementary"
    TRENDING = "trending"
    RECENTLY_VIEWED = "recently_viewed"


LARGEST_LIMIT = 100


@dataclass(frozen=True)
class Question:
    """What is asked for, whoever asks: a list of at most `limit` (1 to 100) products; `earlier` are those of earlier
    pages; `moment`: as if asked then, None: now."""

    intent: Intent = Intent.FOR_YOU
    slot: str = ""
    limit: int = 12
    product_id: uuid.UUID | None = None
    category_id: uuid.UUID | None = None
    basket: Collection[uuid.UUID] = ()
    earlier: Collection[uuid.UUID] = ()
    moment: datetime | None = None

    @property
    def places(self) -> int:
        """How many products the list has room for, whatever the limit says."""
        return min(max(self.limit, 1), LARGEST_LIMIT)


@dataclass(frozen=True)
class Request:
    """What is asked for; `count` candidates, more than will be shown, because some cannot be.

    `earlier`: what the pages before of the same list held. `moment`: when it is asked, None: whenever. `rules`: what
    the shop wants of the list. `discovery`: which places go to products that few have seen.
    """

    intent: Intent
    count: int
    product_id: uuid.UUID | None = None
    category_id: uuid.UUID | None = None
    basket: tuple[uuid.UUID, ...] = ()
    earlier: frozenset[uuid.UUID] = frozenset()
    moment: Moment | None = None
    rules: RulesOfList = NO_RULES
    discovery: Discovery | None = None

    @property
    def is_personal(self) -> bool:
        """Whether the list follows from the shopper's past through the whole shop."""
        return self.intent is Intent.FOR_YOU and self.category_id is None

    @property
    def is_about_products(self) -> bool:
        """Whether the list follows from products or from everybody's doings, not from the shopper's past."""
        if self.intent is Intent.COMPLEMENTARY:
            return bool(self.basket) or self.product_id is not None
        return self.intent in (Intent.SIMILAR, Intent.TRENDING)


class Candidate(NamedTuple):
    """A product that may be shown: where it came from, why, and the product or the search the reason speaks of.

    parts: of the composite score; the score is multiplied by what rules ask for. category: its number in the index.
    """

    product_id: uuid.UUID
    score: float
    source: str
    code: str
    anchor_id: uuid.UUID | None = None
    search: str = ""
    parts: Parts | None = None
    category: int | None = None


@dataclass(frozen=True)
class Candidates:
    """Best first. `is_fallback`: the request could not be honoured as asked, e.g. nothing is known of the shopper;
    `is_wanted`: there is nothing among them that the shopper does not want."""

    ranked: tuple[Candidate, ...]
    is_fallback: bool = False
    is_wanted: bool = False
