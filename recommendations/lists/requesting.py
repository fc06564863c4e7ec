"""From what somebody asks for to the request that is ranked: the rules, the season and the discoveries that hold."""

import uuid

from django.utils import timezone

from recommendations.lists.discovering import discovery_for
from recommendations.lists.listing import candidates_needed
from recommendations.lists.requests import Question, Request
from recommendations.lists.rules import rules_of_list
from recommendations.rules.active_rules import ActiveRules
from recommendations.serving.served import Served
from recommendations.shoppers.known import KnownShopper

MOST_BASKET = 20


def request_of(
    question: Question,
    shopper_id: uuid.UUID | None,
    shopper: KnownShopper,
    served: Served | None,
    rules: ActiveRules | None = None,
) -> Request:
    """Return the request of a shopper; rules: in place of those that hold. No query."""
    wanted = rules_of_list(
        slot=question.slot,
        intent=question.intent.value,
        category_id=question.category_id,
        shopper=shopper,
        served=served,
        rules=rules,
        moment=question.moment,
    )
    local = timezone.localtime(question.moment)
    return Request(
        question.intent,
        candidates_needed(question.places, len(question.earlier), wanted),
        question.product_id,
        question.category_id,
        tuple(question.basket)[:MOST_BASKET],
        frozenset(question.earlier),
        served.moment(local) if served else None,
        wanted,
        discovery_for(shopper_id, local.date()),
    )
