"""How well given products suit a shopper: what the shop orders its lists by (shop/personal_order.py)."""

import uuid
from collections.abc import Sequence

from ml.ranking.personal import score_items
from recommendations import serving
from recommendations.selectors.intents import shopper_state
from recommendations.selectors.shoppers import known_shopper


def personal_scores(shopper_id: uuid.UUID, product_ids: Sequence[uuid.UUID]) -> list[float] | None:
    """Return the composite score of each product for a shopper, 0 or more, in their order.

    None without a model, for a stranger, and with the behaviour database away. Bought and dismissed products score 0.
    One query, two when the profile is computed on the spot.
    """
    served = serving.current()
    if served is None:
        return None
    shopper = known_shopper(shopper_id, served)
    if shopper.is_stranger:
        return None
    items = served.index.indices_of([product_id.hex for product_id in product_ids])
    scores = score_items(served.index, shopper_state(shopper, served.index), served.weights, items)
    return None if scores is None else scores.tolist()
