"""From a request to a list for one shopper: who asks, what serves them, and what is counted."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from accounts.callers import current_caller
from recommendations.counting.impressions import record_impression
from recommendations.counting.models import Impression
from recommendations.counting.rail_counts import count_rail
from recommendations.lists.listing import OpenList, RecommendedItem, listed, open_list
from recommendations.lists.requesting import request_of
from recommendations.lists.requests import Intent, Question
from recommendations.serving import handle
from recommendations.serving.served import Served
from recommendations.shoppers.known import NOBODY, KnownShopper, Placement, Profile, placed_shopper, read_profiles
from shop.catalogue.models import Product
from shop.catalogue.prepared import published_cards


@dataclass(frozen=True)
class Recommendations:
    """One list as shown. `recomm_id` names it; `fallback_used`: the model alone could not fill it; `variant`: the
    experiment's the shopper sees, if any."""

    recomm_id: uuid.UUID
    slot: str
    intent: Intent
    model_version: str | None
    fallback_used: bool
    items: list[RecommendedItem]
    variant: str | None = None
    shopper: KnownShopper = field(default=NOBODY, compare=False)

    @property
    def is_stranger(self) -> bool:
        """Whether nothing is known of the shopper that the list could follow from."""
        return self.shopper.is_stranger

    @property
    def follows_choice(self) -> bool:
        """Whether the shopper has chosen categories."""
        return bool(self.shopper.history.chosen)


def recommend(
    *,
    shopper_id: uuid.UUID | None,
    intent: Intent,
    slot: str = "",
    limit: int = 12,
    product_id: uuid.UUID | None = None,
    category_id: uuid.UUID | None = None,
    basket: Collection[uuid.UUID] = (),
    earlier: Collection[uuid.UUID] = (),
) -> Recommendations:
    """Return the list for one shopper (None: nothing is known); see `Question` and `recommend_to`.

    Two queries; one more when the profile is computed on the spot, one more where many of the first candidates cannot
    be shown, one more to fill up, one more when a shopper's first look at a variant is written down, one more to name
    the categories that were chosen.
    """
    question = Question(intent, slot, limit, product_id, category_id, basket, earlier)
    return recommend_to([shopper_id], question)[0]


def recommend_to(shopper_ids: Sequence[uuid.UUID | None], question: Question) -> list[Recommendations]:
    """Return a list for each of the shoppers, best products first; never raises for ids it does not know.

    Only published, priced products in stock that the shopper has neither bought nor dismissed. Where the model gives
    too few, popular products fill up, except for recently viewed ones. The shop's own rules hold: what they hide never
    comes, what they pin stands where they say. Profiles and products of all are read together.
    """
    served, profiles = handle.current(), read_profiles(shopper_ids)
    opened = [_opened(shopper_id, question, profiles, served) for shopper_id in shopper_ids]
    published = published_cards(set().union(*(one.opened.wanted for one in opened)))
    return [_answer(one, question, published) for one in opened]


@dataclass(frozen=True)
class _Opened:
    """A shopper's list before its products were looked up."""

    shopper_id: uuid.UUID | None
    opened: OpenList
    placement: Placement | None


def _opened(
    shopper_id: uuid.UUID | None,
    question: Question,
    profiles: Mapping[uuid.UUID, Profile] | None,
    served: Served | None,
) -> _Opened:
    # A list for no slot is shown to nobody, what was viewed is shown alike in every variant, and robots buy nothing.
    is_compared = bool(question.slot) and question.intent is not Intent.RECENTLY_VIEWED
    slot = question.slot if is_compared and not current_caller().is_robot else None
    shopper, served, placement = placed_shopper(shopper_id, profiles, served, slot)
    request = request_of(question, shopper_id, shopper, served)
    return _Opened(shopper_id, open_list(request, shopper, served, question.places), placement)


def _answer(one: _Opened, question: Question, published: Mapping[uuid.UUID, Product]) -> Recommendations:
    opened, placement = one.opened, one.placement
    found = listed(opened, published)
    count_rail(question.intent.value, asked=opened.limit, found=len(found.items), is_filled=found.is_filled)
    answer = Recommendations(
        recomm_id=uuid.uuid4(),
        slot=question.slot,
        intent=question.intent,
        model_version=opened.served.version if opened.served else None,
        fallback_used=found.is_filled,
        items=found.items,
        variant=placement.variant.name if placement else None,
        shopper=opened.shopper,
    )
    if placement and one.shopper_id and answer.items:
        _record_impression(answer, placement, one.shopper_id)
    return answer


def _record_impression(answer: Recommendations, placement: Placement, shopper_id: uuid.UUID) -> None:
    """Keep the list for the figures of the experiment; no query."""
    record_impression(
        Impression(
            id=answer.recomm_id,
            experiment_id=placement.experiment.id,
            variant_id=placement.variant.id,
            shopper_id=shopper_id,
            slot=answer.slot,
            intent=answer.intent.value,
            model_version=answer.model_version or "",
            product_count=len(answer.items),
        )
    )
