"""The hand-written JSON equals what the serializer fields declare."""

import uuid

import pytest
from rest_framework.serializers import Serializer

from recommendations.api.recommendations import Cursor, RecommendationsSerializer
from recommendations.experiments.running import RunningExperiment, RunningVariant
from recommendations.lists.arranging import RecommendedItem
from recommendations.lists.context import RankingContext
from recommendations.lists.intents.registry import FOR_YOU
from recommendations.lists.questions import Question
from recommendations.lists.reasons import Reason
from recommendations.lists.recommending import Recommendations
from recommendations.shoppers.profiles import EMPTY_PROFILE, Assignment
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_a_list_written_by_hand_is_the_same(rf, category):
    first, second = ProductFactory.create_batch(2, category=category)
    reason = Reason("viewed_similar", "Because you viewed it", second.pk)
    variant = RunningVariant(uuid.uuid4(), "B", 1.0)
    assignment = Assignment(RunningExperiment(uuid.uuid4(), "home", (variant,)), variant)
    found = Recommendations(
        RankingContext(Question(FOR_YOU, "home"), EMPTY_PROFILE, None, assignment=assignment),
        fallback_used=False,
        items=[
            RecommendedItem(first, 0.5, (reason,), "vector"),
            RecommendedItem(second, 0.0, (Reason("popular", "Popular"), reason), "popular"),
        ],
    )
    for following in (None, Cursor((first.pk,))):
        serializer = RecommendationsSerializer(found, context={"request": rf.get("/"), "next_cursor": following})
        declared = Serializer.to_representation(serializer, found)

        assert serializer.data | {"next_cursor": None} == declared | {"next_cursor": None}
        assert (serializer.data["next_cursor"] is None) == (declared["next_cursor"] is None) == (following is None)
