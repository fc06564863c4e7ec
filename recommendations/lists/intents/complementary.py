"""Products that are bought together with others."""

import uuid

from ml import ranking
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.profiles import History
from recommendations.lists.context import RankingContext
from recommendations.lists.questions import Candidates, Intent, Question

MOST_ANCHORS = 5


class Complementary(Intent):
    """Starts from the basket, else from the product, else from what the shopper put into a cart of late."""

    def is_about_products(self, question: Question) -> bool:
        return bool(question.basket) or question.product_id is not None

    def starting_points(self, question: Question, history: History) -> tuple[uuid.UUID, ...]:
        if question.basket:
            return tuple(question.basket)
        if question.product_id is not None:
            return (question.product_id,)
        carted = (product.product_id for product in history.recent if product.kind is Kind.ADD_TO_CART)
        return tuple(carted)[:MOST_ANCHORS]

    def rank(self, context: RankingContext, count: int) -> Candidates:
        starting_points = self.starting_points(context.question, context.profile.history)
        items = context.index.indices_of([product_id.hex for product_id in starting_points])
        items = items[items >= 0]
        if not items.size:
            return Candidates((), is_fallback=True)
        state, factors = context.ranking_state()
        ranked = ranking.rank_complementary(context.index, items, limit=count, state=state, factors=factors)
        return Candidates(context.named(ranked))


COMPLEMENTARY = Complementary("complementary", "Goes well with it")
