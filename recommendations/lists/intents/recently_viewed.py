"""Products the shopper looked at, newest first."""

from recommendations.lists.context import RankingContext
from recommendations.lists.questions import Candidate, Candidates, Intent


class RecentlyViewed(Intent):
    """Repeats the shopper's history in its own order; needs no model."""

    def candidates(self, context: RankingContext, count: int) -> Candidates:
        history = context.profile.history
        weights = {product.product_id: product.weight for product in history.recent}
        return Candidates(
            tuple(
                Candidate(product_id, weights.get(product_id, 0.0), "history", "recently_viewed")
                for product_id in history.viewed[:count]
            )
        )


RECENTLY_VIEWED = RecentlyViewed(
    "recently_viewed", "Recently viewed", is_compared=False, is_history=True, may_be_filled=False, takes_pins=False
)
