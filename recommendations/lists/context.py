"""Context of a list: a question with everything else that the answer follows from."""

import hashlib
import uuid
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from ml.content.terms import tokenize
from ml.ranking import NO_FACTORS, Discovery, Factors, RankedItem, ReasonCode, ShopperState, Weights
from ml.serving_index import Moment, ServingIndex
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.profiles import History
from recommendations.lists.questions import Candidate, Question
from recommendations.lists.reasons import OF_THE_PAST
from recommendations.rules.active_rules import NO_RULES, ActiveRules, RememberedSegment, RulesOfList
from recommendations.rules.indexed import indexed_rules
from recommendations.serving import handle
from recommendations.serving.handle import Served
from recommendations.shoppers.profiles import EMPTY_PROFILE, Assignment, Profile
from recommendations.shoppers.segments import segments_entered


@dataclass(frozen=True, eq=False)
class RankingContext:
    """A question with the shopper's profile and what serves them; ids become numbers of the index here, and back.

    - `served`: None before the first promotion.
    - `rules`: what the shop's rules want of the list.
    - `moment`: the season and time of day, None where the index knows of none.
    - `discovery`: which places go to products that few have seen.
    - `assignment`: the variant of an experiment that the shopper sees.
    """

    question: Question
    profile: Profile
    served: Served | None
    rules: RulesOfList = NO_RULES
    moment: Moment | None = None
    discovery: Discovery | None = None
    assignment: Assignment | None = None

    @property
    def index(self) -> ServingIndex:
        """The index that serves; ValueError without one."""
        return self._serving.index

    @property
    def weights(self) -> Weights:
        """The weights of the composite score; ValueError without a version that serves."""
        return self._serving.weights

    @property
    def _serving(self) -> Served:
        if self.served is None:
            raise ValueError("No model version serves: there is nothing to rank with.")
        return self.served

    @cached_property
    def category(self) -> int | None:
        """The number of the category that is asked for; None without one, or where the index does not know it."""
        category_id = self.question.category_id
        return None if category_id is None else self.index.category_index_of(category_id.hex)

    @property
    def is_of_unknown_category(self) -> bool:
        """Whether a category is asked for that the index does not know."""
        return self.question.category_id is not None and self.category is None

    def for_anybody(self) -> "RankingContext":
        """Return the context without the person."""
        return replace(self, profile=EMPTY_PROFILE, discovery=None)

    def shared_key(self, count: int) -> Hashable:
        """Return everything besides the index that `count` candidates for anybody follow from."""
        question = self.question
        named = (question.product_id, question.category_id, question.basket)
        return (question.intent.name, count, *named, self.moment, self.rules.stamp, self.weights)

    def ranking_state(self) -> tuple[ShopperState, Factors]:
        """Return the shopper, to whom nothing may be shown that a rule hides, and the factors of rules."""
        state = shopper_state(self.profile, self.index)
        if not self.rules.stamp:
            return state, NO_FACTORS
        rules = indexed_rules(self.rules, self.index)
        return replace(state, excluded=np.concatenate([state.excluded, rules.hidden])), rules.factors

    def named(self, ranked: Sequence[RankedItem]) -> tuple[Candidate, ...]:
        """Return ranked items by product id, with what of the shopper's history their reasons name."""
        history, index = self.profile.history, self.index
        items = [item.item for item in ranked]
        numbers = items + [item.anchor for item in ranked if item.anchor is not None]
        ids = dict(zip(numbers, index.raw_ids_of(np.array(numbers, dtype=np.int64)), strict=True))
        categories = index.categories_of(np.array(items, dtype=np.int64)).tolist()
        kinds: dict[uuid.UUID | None, Kind] = {product.product_id: product.kind for product in history.recent}
        return tuple(
            Candidate(
                uuid.UUID(hex=ids[item.item]),
                item.score,
                item.source.value,
                _code(item.reason, kinds.get(anchor_id)),
                anchor_id,
                _search(item.words, history) if item.words else "",
                item.parts,
                category if category >= 0 else None,
            )
            for item, category in zip(ranked, categories, strict=True)
            for anchor_id in [None if item.anchor is None else uuid.UUID(hex=ids[item.anchor])]
        )


def context_of(
    question: Question,
    profile: Profile,
    served: Served | None,
    *,
    rules: ActiveRules | None = None,
    assignment: Assignment | None = None,
) -> RankingContext:
    """Return the context of a question; `rules` hold in place of the active ones. No query."""
    local = timezone.localtime(question.moment)
    return RankingContext(
        question,
        profile,
        served,
        _rules_of_list(question, profile, served, rules),
        served.moment(local) if served else None,
        discovery_for(profile.shopper_id, local.date()),
        assignment,
    )


def discovery_for(shopper_id: uuid.UUID | None, day: date) -> Discovery | None:
    """Return which places of a personal list go to products that few have seen: the same for a shopper all day long.

    None for strangers, who share one list, and when DISCOVERY_EVERY is 0.
    """
    every: int = settings.DISCOVERY_EVERY
    if shopper_id is None or not every:
        return None
    digest = hashlib.sha256(f"discovery {day.isoformat()} ".encode() + shopper_id.bytes).digest()
    return Discovery(every, int.from_bytes(digest[:8]))


def shopper_state(profile: Profile, index: ServingIndex) -> ShopperState:
    """Return a shopper in the numbers of an index."""
    history = profile.history
    recent = index.indices_of([product.product_id.hex for product in history.recent])
    known = recent >= 0
    weights = np.array([product.weight for product in history.recent], dtype=np.float32)
    bought = np.array([product.kind is Kind.PURCHASE for product in history.recent], dtype=bool)
    unwanted = index.indices_of([product_id.hex for product_id in profile.unwanted])
    return ShopperState(
        vector=profile.vector,
        recent=recent[known],
        recent_weights=weights[known],
        recent_bought=bought[known],
        term_weights=_search_terms(history, index),
        excluded=unwanted[unwanted >= 0],
        liked_categories=_chosen_categories(history, index),
    )


def _rules_of_list(
    question: Question, profile: Profile, served: Served | None, rules: ActiveRules | None
) -> RulesOfList:
    """Return the rules that hold for a list, without a model too. A stranger is in no segment."""
    if rules is None:
        rules = served.rules if served is not None else handle.current_rules()
    entered: frozenset[RememberedSegment] = frozenset()
    if served is not None and rules.segments:
        entered = segments_entered(version=served.version, vector=profile.vector, remembered=rules.segments)
    return rules.of_list(
        slot=question.slot,
        intent=question.intent.name,
        category_id=question.category_id,
        segments=entered,
        moment=question.moment,
    )


def _chosen_categories(history: History, index: ServingIndex) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the chosen categories the index knows, int32 [k], and their weights, float32 [k]."""
    numbers = [index.category_index_of(choice.category_id.hex) for choice in history.chosen]
    known = [(n, choice.weight) for n, choice in zip(numbers, history.chosen, strict=True) if n is not None]
    return np.array([n for n, _ in known], dtype=np.int32), np.array([w for _, w in known], dtype=np.float32)


def _search_terms(history: History, index: ServingIndex) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the terms of all searches, int32 [k] rising, and their summed weights, float32 [k]."""
    vectors = [(index.terms.vectorise(search.query), search.weight) for search in history.searches]
    if not vectors:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    terms, places = np.unique(np.concatenate([terms for (terms, _), _ in vectors]), return_inverse=True)
    weights = np.concatenate([weights * share for (_, weights), share in vectors])
    return terms.astype(np.int32), np.bincount(places, weights, terms.size).astype(np.float32)


def _code(reason: ReasonCode, kind: Kind | None) -> str:
    """Return a reason's code, which says what the shopper did with the product it names."""
    is_of_the_past = reason in (ReasonCode.VIEWED_SIMILAR, ReasonCode.BOUGHT_SIMILAR)
    return OF_THE_PAST.get(kind or Kind.VIEW, reason.value) if is_of_the_past else reason.value


def _search(words: Collection[str], history: History) -> str:
    """Return the newest search that held one of the words found in a product; empty when none does."""
    held = (search.query for search in history.searches if not set(words).isdisjoint(tokenize(search.query)))
    return next(held, "")
