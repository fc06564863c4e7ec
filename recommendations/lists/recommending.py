"""Lists for shoppers: a question is answered without writing anything, and recorded when the answer is shown."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.callers import current_caller
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.counting.buffers import count_rail, record_impression
from recommendations.counting.models import Impression
from recommendations.lists.arranging import RecommendedItem, arranged, candidates_of, products_needed
from recommendations.lists.context import RankingContext, context_of
from recommendations.lists.intents.for_you import FOR_YOU
from recommendations.lists.questions import Question
from recommendations.serving import handle
from recommendations.serving.handle import Served
from recommendations.shoppers.profiles import assigned_profile, profile_of, read_profiles
from shop.catalogue.prepared import published_cards

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Recommendations:
    """One list.

    - `fallback_used`: the model alone could not fill it.
    - `recomm_id`: names it, in addresses and in the figures of experiments.
    """

    context: RankingContext = field(repr=False, compare=False)
    items: list[RecommendedItem]
    fallback_used: bool
    recomm_id: uuid.UUID = field(default_factory=uuid.uuid4)

    @property
    def question(self) -> Question:
        """The question it answers."""
        return self.context.question

    @property
    def model_version(self) -> str | None:
        """The version that ranked; None before the first promotion."""
        return self.context.served.version if self.context.served else None

    @property
    def variant(self) -> str | None:
        """The name of the variant that the shopper sees; None outside of experiments."""
        return self.context.assignment.variant.name if self.context.assignment else None

    @property
    def is_stranger(self) -> bool:
        """Whether nothing is known of the shopper that a list could follow from."""
        return self.context.profile.is_empty

    @property
    def follows_choice(self) -> bool:
        """Whether the shopper has chosen categories."""
        return bool(self.context.profile.history.chosen)


def recommend(shopper_id: uuid.UUID | None, question: Question) -> Recommendations:
    """Return the list for one shopper, None for a stranger. See `recommend_to`."""
    return recommend_to([shopper_id], question)[0]


def recommend_to(shopper_ids: Sequence[uuid.UUID | None], question: Question) -> list[Recommendations]:
    """Return a list for each of the shoppers, best products first; never raise for ids that name nothing.

    A list holds only published, priced products in stock that the shopper has neither bought nor dismissed. Where the
    model gives too few, popular products fill up. What rules hide never comes, what they pin stands where they say.

    Nothing is written: call `shown` for what a shopper is shown. Profiles and products of all are read together, with
    two queries; one more for each profile that is computed on the spot, for a list of which many candidates cannot be
    shown, to fill up a list, for an account in an experiment that was a visitor, and to name chosen categories.
    """
    served, profiles = handle.current(), read_profiles(shopper_ids)
    # A list without a slot is shown to nobody, and robots buy nothing.
    is_compared = question.slot and question.intent.is_compared and not current_caller().is_robot
    slot = question.slot if is_compared else None
    contexts = []
    for shopper_id in shopper_ids:
        profile, served_to, assignment = assigned_profile(shopper_id, profiles, served, slot)
        contexts.append(context_of(question, profile, served_to, assignment=assignment))
    return answered(contexts)


def answered(contexts: Sequence[RankingContext]) -> list[Recommendations]:
    """Return the lists of contexts: their candidates, of which those live now are arranged. Products are read once."""
    pairs = [(context, candidates_of(context)) for context in contexts]
    products = published_cards(set().union(*(products_needed(*pair) for pair in pairs)))
    return [Recommendations(context, *arranged(context, candidates, products)) for context, candidates in pairs]


def ranked_ids(shopper_id: uuid.UUID, served: Served, count: int) -> list[uuid.UUID]:
    """Return the products that rank first for a shopper, whether they can be shown or not; rules do not count."""
    context = RankingContext(Question(FOR_YOU), profile_of(shopper_id, served), served)
    return [candidate.product_id for candidate in FOR_YOU.candidates(context, count).ranked[:count]]


def shown(answer: Recommendations) -> Recommendations:
    """Record that a shopper is shown a list, and return what to show. Views, tags and the API call it, nothing else.

    The first look at a variant is one insert, because it decides the variant of the shopper for good. Where it cannot
    be written, a stranger's list is shown, outside of the experiment. Counts and impressions take no query.
    """
    context = answer.context
    profile, assignment = context.profile, context.assignment
    if assignment and profile.shopper_id:
        try:
            assignment.record_exposure(profile.shopper_id, context.question.slot)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.error("The behaviour database is away, shoppers are served as strangers: %s", error)
            return shown(recommend(None, context.question))
    question, length = context.question, len(answer.items)
    count_rail(question.intent.name, limit=question.limit, length=length, is_filled=answer.fallback_used)
    if assignment and profile.shopper_id and length:
        record_impression(
            Impression(
                id=answer.recomm_id,
                experiment_id=assignment.experiment.id,
                variant_id=assignment.variant.id,
                shopper_id=profile.shopper_id,
                slot=question.slot,
                intent=question.intent.name,
                model_version=answer.model_version or "",
                product_count=length,
            )
        )
    return answer
