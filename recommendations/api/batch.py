"""recommendations/batch/: lists for many shoppers at once, for newsletters and other programs."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsStaffOrService
from recommendations.api.recommendations import (
    RecommendationQuerySerializer,
    RecommendationsSerializer,
    question_of,
)
from recommendations.lists.recommending import recommend_to, shown

MOST_SHOPPERS = 100
LARGEST_BATCH_LIMIT = 50


class _CommaSeparated(serializers.ListField):
    """Ids of shoppers: `a,b` in a query string, a list in a body."""

    def to_internal_value(self, data: Any) -> list[Any]:
        is_query = isinstance(data, list) and len(data) == 1 and isinstance(data[0], str)
        return super().to_internal_value(data[0].split(",") if is_query else data)


class BatchSerializer(RecommendationQuerySerializer):
    """The same query for each of up to 100 shoppers."""

    shoppers = _CommaSeparated(
        child=serializers.UUIDField(),
        allow_empty=False,
        max_length=MOST_SHOPPERS,
        help_text="Ids of accounts or visitors, 100 at most; in a query string separated by commas.",
    )
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_BATCH_LIMIT, default=12)
    cursor = None  # type: ignore[assignment]  # how REST framework takes an inherited field away


class BatchEntrySerializer(RecommendationsSerializer):
    shopper = serializers.UUIDField()


class BatchResultSerializer(serializers.Serializer[Any]):
    results = BatchEntrySerializer(many=True, help_text="One list for each shopper, in the order asked.")


class BatchRecommendationsView(APIView):
    """For staff and programs that send SERVICE_TOKEN as a bearer token."""

    permission_classes = [IsStaffOrService]
    throttle_scope = "batch"

    @extend_schema(parameters=[BatchSerializer], responses=BatchResultSerializer)
    def get(self, request: Request) -> Response:
        """Recommend to up to 100 shoppers named in the query string."""
        return self._answer(request, request.query_params)

    @extend_schema(request=BatchSerializer, responses={200: BatchResultSerializer})
    def post(self, request: Request) -> Response:
        """Recommend to up to 100 shoppers. Only reads: sending it again changes nothing.

        A shopper nobody knows gets what a stranger gets. A shopper named twice is answered twice.
        """
        return self._answer(request, request.data)

    def _answer(self, request: Request, data: Any) -> Response:
        serializer = BatchSerializer(data=data)
        serializer.is_valid(raise_exception=True)
        query = serializer.validated_data
        answers = recommend_to(query["shoppers"], question_of(query, query["limit"]))
        context = {"request": request}
        results = [
            {"shopper": str(shopper_id), **RecommendationsSerializer(shown(answer), context=context).data}
            for shopper_id, answer in zip(query["shoppers"], answers, strict=True)
        ]
        return Response({"results": results})
