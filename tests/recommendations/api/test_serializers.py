"""What is written by hand is what the fields declare."""

import uuid

import pytest
from rest_framework.serializers import Serializer

from recommendations.api.cursors import Cursor
from recommendations.api.serializers import RecommendationsSerializer
from recommendations.lists.reasons import Reason
from recommendations.lists.recommending import Recommendations, RecommendedItem
from recommendations.lists.requests import Intent
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_a_list_written_by_hand_is_the_same(rf, category):
    first, second = ProductFactory.create_batch(2, category=category)
    reason = Reason("viewed_similar", "Because you viewed it", second.pk)
    found = Recommendations(
        recomm_id=uuid.uuid4(),
        slot="home",
        intent=Intent.FOR_YOU,
        model_version="20260101-030000-1f2e",
        fallback_used=False,
        items=[
            RecommendedItem(first, 0.5, (reason,), "vector"),
            RecommendedItem(second, 0.0, (Reason("popular", "Popular"), reason), "popular"),
        ],
        variant="B",
    )
    for following in (None, Cursor((first.pk,))):
        serializer = RecommendationsSerializer(found, context={"request": rf.get("/"), "next_cursor": following})
        declared = Serializer.to_representation(serializer, found)

        assert serializer.data | {"next_cursor": None} == declared | {"next_cursor": None}
        assert (serializer.data["next_cursor"] is None) == (declared["next_cursor"] is None) == (following is None)
