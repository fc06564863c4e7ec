"""Rank for a shopper before they ask: what requests for for-you lists then look up in the profile."""

import uuid

from django.utils import timezone

from recommendations.selectors.discovering import discovery_for
from recommendations.selectors.intents import candidates
from recommendations.selectors.ranked_ahead import RANKED_AHEAD, packed, ranking_stamp
from recommendations.selectors.requests import Intent, Request
from recommendations.selectors.rules import rules_of_list
from recommendations.selectors.shoppers import KnownShopper
from recommendations.serving import Served


def ranked_ahead(shopper_id: uuid.UUID, shopper: KnownShopper, served: Served | None) -> bytes:
    """Return the list that a shopper's profile keeps, as it is now and for slots without rules of their own; empty
    where nothing is known that it could follow from."""
    if served is None or shopper.is_stranger:
        return b""
    intent = Intent.FOR_YOU
    rules = rules_of_list(slot="", intent=intent.value, category_id=None, shopper=shopper, served=served)
    request = Request(
        intent,
        RANKED_AHEAD,
        moment=served.moment(timezone.localtime()),
        rules=rules,
        discovery=discovery_for(shopper_id, timezone.localdate()),
    )
    found = candidates(request, shopper, served)
    return b"" if found.is_fallback else packed(found.ranked, ranking_stamp(request, served))
