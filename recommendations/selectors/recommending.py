"""From a request to a list for one shopper: who asks, what serves them, and what is counted."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from accounts.callers import current_caller
from recommendations import serving
from recommendations.exposures import record_impression
from recommendations.models import Impression
from recommendations.rail_counts import count_rail
from recommendations.selectors.discovering import discovery_for
from recommendations.selectors.listing import RecommendedItem, candidates_needed, listed
from recommendations.selectors.requests import Intent, Request
from recommendations.selectors.rules import rules_of_list
from recommendations.selectors.shoppers import Placement, placed_shopper

LARGEST_LIMIT = 100
MOST_BASKET = 20


@dataclass(frozen=True)
class Recommendations:
    """One list as shown. `recomm_id` names it; `fallback_used`: the model alone could not fill it; `variant`: the
    experiment's the shopper sees, if any; `is_stranger`: nothing is known of the shopper that it could follow from;
    `follows_choice`: the shopper has chosen categories."""

    recomm_id: uuid.UUID
    slot: str
    intent: Intent
    model_version: str | None
    fallback_used: bool
    items: list[RecommendedItem]
    variant: str | None = None
    is_stranger: bool = False
    follows_choice: bool = False


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
    """Return at most `limit` (1 to 100) products for a shopper, best first; never raises for ids it does not know.

    Only published, priced products in stock that the shopper has neither bought nor dismissed. Where the model gives
    too few, popular products fill up, except for recently viewed ones. The shop's own rules hold: what they hide never
    comes, what they pin stands where they say. `shopper_id` None: nothing is known. `earlier`
    are the products of earlier pages of the list.
    Two queries; one more when the profile is computed on the spot, one more to fill up, one more when a shopper's first
    look at a variant is written down, one more to name the categories that were chosen.
    """
    limit = min(max(limit, 1), LARGEST_LIMIT)
    # A list for no slot is shown to nobody, what was viewed is shown alike in every variant, and robots buy nothing.
    is_compared = bool(slot) and intent is not Intent.RECENTLY_VIEWED and not current_caller().is_robot
    placed_in = slot if is_compared else None
    shopper, served, placement = placed_shopper(shopper_id, serving.current(), placed_in)
    rules = rules_of_list(slot=slot, intent=intent.value, category_id=category_id, shopper=shopper, served=served)
    request = Request(
        intent,
        candidates_needed(limit, len(earlier), rules),
        product_id,
        category_id,
        tuple(basket)[:MOST_BASKET],
        frozenset(earlier),
        served.moment(timezone.localtime()) if served else None,
        rules,
        discovery_for(shopper_id, timezone.localdate()),
    )
    found = listed(request, shopper, served, limit)
    count_rail(intent.value, asked=limit, found=len(found.items), is_filled=found.is_filled)
    answer = Recommendations(
        recomm_id=uuid.uuid4(),
        slot=slot,
        intent=intent,
        model_version=served.version if served else None,
        fallback_used=found.is_filled,
        items=found.items,
        variant=placement.variant.name if placement else None,
        is_stranger=shopper.is_stranger,
        follows_choice=bool(shopper.history.chosen),
    )
    if placement and shopper_id and answer.items:
        _record_impression(answer, placement, shopper_id)
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
