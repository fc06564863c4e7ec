"""products/suggest/: suggestions below a search field while somebody types."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api.serializers import CategoryNameSerializer, ProductSerializer
from shop.search.suggestions import LEAST_LETTERS, MOST_CATEGORIES, MOST_PRODUCTS, suggestions

LONGEST_QUERY = 200


class SuggestQuerySerializer(serializers.Serializer[Any]):
    q = serializers.CharField(
        max_length=LONGEST_QUERY,
        allow_blank=True,
        help_text=f"What was typed so far; fewer than {LEAST_LETTERS} letters suggest nothing.",
    )


class SuggestionsSerializer(serializers.Serializer[Any]):
    corrected = serializers.CharField(
        help_text="The words that may have been meant, which the lists are for; empty when those typed find something."
    )
    categories = CategoryNameSerializer(many=True, help_text=f"At most {MOST_CATEGORIES}.")
    products = ProductSerializer(many=True, help_text=f"At most {MOST_PRODUCTS}, the best match first.")


class SuggestionsView(APIView):
    """Suggestions for a search field, and for a search that found nothing."""

    @extend_schema(parameters=[SuggestQuerySerializer], responses=SuggestionsSerializer)
    def get(self, request: Request) -> Response:
        """Suggest categories and products whose words begin like these, or those of a word that may have been meant."""
        query = SuggestQuerySerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        matches = suggestions(query.validated_data["q"])
        return Response(SuggestionsSerializer(matches, context={"request": request}).data)
