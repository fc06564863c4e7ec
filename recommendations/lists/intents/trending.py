"""Products that many shoppers look at and buy now."""

from ml import ranking
from recommendations.lists.context import RankingContext
from recommendations.lists.questions import Candidates, Intent, Question


class Trending(Intent):
    """Follows from everybody's events."""

    def is_about_products(self, question: Question) -> bool:
        return True

    def rank(self, context: RankingContext, count: int) -> Candidates:
        state, factors = context.ranking_state()
        ranked = ranking.rank_trending(
            context.index,
            limit=count,
            category=context.category,
            state=state,
            moment=context.moment,
            factors=factors,
        )
        return Candidates(context.named(ranked))


TRENDING = Trending("trending", "Trending now", caps_categories=True)
