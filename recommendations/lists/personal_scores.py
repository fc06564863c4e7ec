"""Scores of given products for a shopper: the shop orders its lists by them (shop/catalogue/lists)."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from django.utils import timezone

from ml.ranking.rescoring import score_items
from recommendations.lists.intents import shopper_state
from recommendations.lists.requests import Intent
from recommendations.lists.rules import rules_of_list
from recommendations.rules.indexed import indexed_rules
from recommendations.serving import handle
from recommendations.shoppers.known import known_shopper
from shop.catalogue.lists.preference_order import ANY_LIST, WhichList


def personal_scores(
    shopper_id: uuid.UUID, product_ids: Sequence[uuid.UUID], which: WhichList = ANY_LIST
) -> list[float] | None:
    """Return the composite score of each product for a shopper now, 0 or more, in their order.

    As in a list "for you" of that slot and category: with the season and time of day, and multiplied by what the shop's
    own rules ask for. Bought, dismissed and hidden products score 0.
    None without a model, for a stranger, and with the behaviour database away.
    One query, two when the profile is computed on the spot.
    """
    served = handle.current()
    if served is None:
        return None
    shopper = known_shopper(shopper_id, served)
    if shopper.is_stranger:
        return None
    index, state = served.index, shopper_state(shopper, served.index)
    wanted = rules_of_list(
        slot=which.slot, intent=Intent.FOR_YOU.value, category_id=which.category_id, shopper=shopper, served=served
    )
    rules = indexed_rules(wanted, index)
    scores = score_items(
        index,
        replace(state, excluded=np.concatenate([state.excluded, rules.hidden])),
        served.weights,
        index.indices_of([product_id.hex for product_id in product_ids]),
        factors=rules.factors,
        moment=served.moment(timezone.localtime()),
    )
    return None if scores is None else scores.tolist()
