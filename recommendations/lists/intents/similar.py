"""Products similar to a product."""

from ml import ranking
from recommendations.lists.context import RankingContext
from recommendations.lists.questions import Candidates, Intent, Question


class Similar(Intent):
    """Ranked by the composite score, from one product."""

    def is_about_products(self, question: Question) -> bool:
        return True

    def rank(self, context: RankingContext, count: int) -> Candidates:
        product_id = context.question.product_id
        item = None if product_id is None else context.index.index_of(product_id.hex)
        if item is None:
            return Candidates((), is_fallback=True)
        state, factors = context.ranking_state()
        ranked = ranking.rank_similar(
            context.index, item, context.weights, limit=count, state=state, moment=context.moment, factors=factors
        )
        return Candidates(context.named(ranked))


SIMILAR = Similar("similar", "Similar products", needs_product=True, is_scored=True)
