"""Questions, the intents they are asked with, and the candidates that answer them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from ml.ranking import Parts
from recommendations.behaviour.profiles import History
from recommendations.lists.shared_lists import shared_list

LARGEST_LIMIT = 100
LARGEST_BASKET = 20
SHARED_STEP = 32  # shared lists have one of few lengths, so that there are few of them


@dataclass(frozen=True)
class Question:
    """A list that is asked for.

    - `limit`: how many products at most; 1 to 100, other numbers are moved into that range.
    - `basket`: products to complement; the first 20 count.
    - `earlier`: products on earlier pages of the same list.
    - `moment`: the time to answer for; None is now.
    """

    intent: Intent
    slot: str = ""
    limit: int = 12
    product_id: uuid.UUID | None = None
    category_id: uuid.UUID | None = None
    basket: Collection[uuid.UUID] = ()
    earlier: Collection[uuid.UUID] = ()
    moment: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", min(max(self.limit, 1), LARGEST_LIMIT))
        object.__setattr__(self, "basket", tuple(self.basket)[:LARGEST_BASKET])
        object.__setattr__(self, "earlier", frozenset(self.earlier))

    @property
    def is_personal(self) -> bool:
        """Whether the list follows from the shopper's past through the whole shop."""
        return self.intent.is_personal and self.category_id is None


class Candidate(NamedTuple):
    """A product that may be shown, the source it comes from and the code of the reason.

    - `score`: already multiplied by the factors of rules.
    - `anchor_id`, `search`: the product or the search that the reason names.
    - `parts`: of the composite score, None where it does not rank.
    - `category`: its number in the index.
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
    """Candidates for one list, best first.

    - `is_fallback`: the question could not be honoured, for example because nothing is known of the shopper.
    - `is_filtered`: products that the shopper does not want were left out.
    - `pinned`: candidates with a position of their own, 1 the first of the whole list, rising.
    """

    ranked: tuple[Candidate, ...]
    is_fallback: bool = False
    is_filtered: bool = False
    pinned: tuple[tuple[int, Candidate], ...] = ()


@dataclass(frozen=True)
class Intent:
    """A reason to show a list (glossary), and all that holds for lists shown for this reason.

    Methods that rank take the `RankingContext` of the question (lists/context.py), which knows the intent.

    - `name`: used by shoppers' addresses, the API, commands, rules and tables.
    - `needs_product`: it cannot be asked without a product.
    - `is_personal`: it follows from the shopper's past. Sensitive categories stay out of it.
    - `is_compared`: experiments compare it.
    - `is_scored`: the composite score orders it, so ranking weights change it.
    - `is_history`: it repeats what the shopper did, who can clear it.
    - `may_be_filled`: popular products fill it up.
    - `takes_pins`: rules may pin, boost and bury in it. Without that they can only hide.
    - `caps_categories`: at most half of a list is of one category.
    """

    name: str
    title: str
    needs_product: bool = False
    is_personal: bool = False
    is_compared: bool = True
    is_scored: bool = False
    is_history: bool = False
    may_be_filled: bool = True
    takes_pins: bool = True
    caps_categories: bool = False

    def is_about_products(self, question: Question) -> bool:
        """Tell whether the list follows from products or from everybody's events, not from the shopper's past."""
        return False

    def starting_points(self, question: Question, history: History) -> tuple[uuid.UUID, ...]:
        """Return the products that the list starts from; they are not in it."""
        return (question.product_id,) if question.product_id is not None else ()

    def rank(self, context: Any, count: int) -> Candidates:
        """Return `count` candidates for the shopper of the context, ranked by the index that serves."""
        raise NotImplementedError

    def candidates(self, context: Any, count: int) -> Candidates:
        """Return `count` candidates: shared ones wherever the list does not follow from the shopper's past.

        There are none without a model, or for a category made since the model was trained.
        """
        if context.served is None or context.is_of_unknown_category:
            return Candidates((), is_fallback=True)
        if context.profile.is_empty:
            return self._shared(context, count)
        if self.is_about_products(context.question):
            return self._shared_without_unwanted(context, count)
        return self.rank(context, count)

    def _shared(self, context: Any, count: int) -> Candidates:
        """Return the candidates of a stranger, which are ranked once for all of them."""
        length = -(-count // SHARED_STEP) * SHARED_STEP
        anybody = context.for_anybody()
        shared = shared_list(context.index, anybody.shared_key(length), lambda: self.rank(anybody, length))
        return replace(shared, ranked=shared.ranked[:count])

    def _shared_without_unwanted(self, context: Any, count: int) -> Candidates:
        """Return the shared list without what this shopper does not want, or their own where it gets too short."""
        enough = count + SHARED_STEP // 2
        shared = self._shared(context, enough)
        unwanted = context.profile.unwanted
        left = tuple(candidate for candidate in shared.ranked if candidate.product_id not in unwanted)
        if len(left) < count and len(shared.ranked) == enough:
            return self.rank(context, count)
        return replace(shared, ranked=left[:count])
