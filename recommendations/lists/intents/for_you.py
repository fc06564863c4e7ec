"""Products picked for a shopper."""

from ml import ranking
from recommendations.lists.context import RankingContext, context_of
from recommendations.lists.questions import Candidates, Intent, Question
from recommendations.lists.ranked_ahead import RANKED_AHEAD, packed, ranking_stamp, unpacked
from recommendations.serving.handle import Served
from recommendations.shoppers.profiles import Profile


class ForYou(Intent):
    """Ranked by the composite score, from all that is known of the shopper."""

    def candidates(self, context: RankingContext, count: int) -> Candidates:
        """Return what was ranked ahead while it holds, else the same ranked now."""
        ahead, served = context.profile.ahead, context.served
        if ahead and served and context.question.category_id is None and count <= RANKED_AHEAD:
            ranked = unpacked(ahead, ranking_stamp(context, served), count)
            if ranked:
                return Candidates(ranked, is_filtered=True)
        return super().candidates(context, count)

    def rank(self, context: RankingContext, count: int) -> Candidates:
        state, factors = context.ranking_state()
        hints = (state.recent, state.term_weights[0], state.liked_categories[0])
        knows_nothing = state.vector is None and not any(known.size for known in hints)
        ranked = ranking.rank_for_you(
            context.index,
            state,
            context.weights,
            limit=max(count, RANKED_AHEAD),
            first=count,
            category=context.category,
            moment=context.moment,
            factors=factors,
            discovery=None if knows_nothing or context.category is not None else context.discovery,
        )
        return Candidates(context.named(ranked), is_fallback=knows_nothing)


FOR_YOU = ForYou("for_you", "Picked for you", is_personal=True, is_scored=True, caps_categories=True)


def rank_ahead(profile: Profile, served: Served | None) -> bytes:
    """Return the list that the worker writes into a profile, as it is now and for slots without rules of their own.

    It is empty where nothing is known that a list could follow from.
    """
    if served is None or profile.is_empty:
        return b""
    context = context_of(Question(FOR_YOU), profile, served)
    candidates = FOR_YOU.rank(context, RANKED_AHEAD)
    return b"" if candidates.is_fallback else packed(candidates.ranked, ranking_stamp(context, served))
