"""Rank for a shopper before they ask: what requests for for-you lists then look up in the profile."""

import uuid
from dataclasses import replace

from recommendations.lists.intents import candidates
from recommendations.lists.ranked_ahead import RANKED_AHEAD, packed, ranking_stamp
from recommendations.lists.requesting import request_of
from recommendations.lists.requests import Question
from recommendations.serving.served import Served
from recommendations.shoppers.known import KnownShopper


def ranked_ahead(shopper_id: uuid.UUID, shopper: KnownShopper, served: Served | None) -> bytes:
    """Return the list that a shopper's profile keeps, as it is now and for slots without rules of their own; empty
    where nothing is known that it could follow from."""
    if served is None or shopper.is_stranger:
        return b""
    request = replace(request_of(Question(), shopper_id, shopper, served), count=RANKED_AHEAD)
    found = candidates(request, shopper, served)
    return b"" if found.is_fallback else packed(found.ranked, ranking_stamp(request, served))
