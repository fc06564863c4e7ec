"""Scores of given products for a shopper: the shop orders its lists by them (shop/catalogue/lists)."""

import uuid
from collections.abc import Sequence

from ml.ranking.rescoring import score_items
from recommendations.lists.context import context_of
from recommendations.lists.intents.for_you import FOR_YOU
from recommendations.lists.questions import Question
from recommendations.serving import handle
from recommendations.shoppers.profiles import profile_of
from shop.catalogue.lists.preference_order import ANY_LIST, WhichList, score_with


def personal_scores(
    shopper_id: uuid.UUID, product_ids: Sequence[uuid.UUID], which: WhichList = ANY_LIST
) -> list[float] | None:
    """Return the composite score of each product for a shopper now, 0 or more, in the order of the products.

    Scores are those of a for-you list of that slot and category: with the season and time of day, multiplied by the
    factors of rules. Bought, dismissed and hidden products score 0.
    None without a model, for a stranger, and with the behaviour database away.
    One query, two when the profile is computed on the spot.
    """
    served = handle.current()
    if served is None:
        return None
    profile = profile_of(shopper_id, served)
    if profile.is_empty:
        return None
    context = context_of(Question(FOR_YOU, which.slot, category_id=which.category_id), profile, served)
    state, factors = context.ranking_state()
    items = context.index.indices_of([product_id.hex for product_id in product_ids])
    scores = score_items(context.index, state, served.weights, items, factors=factors, moment=context.moment)
    return None if scores is None else scores.tolist()


score_with(personal_scores)
