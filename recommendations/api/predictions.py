"""predict/rating/: predicted stars of a shopper for a product."""

import uuid
from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.permissions import IsStaffOrService
from accounts.shoppers import shopper_of
from recommendations.api.events import EventRefusalSerializer
from recommendations.ratings.selectors import PredictedRating, predict_ratings
from shop.api.errors import ProblemSerializer

MOST_PAIRS = 500


class PairSerializer(serializers.Serializer[dict[str, uuid.UUID]]):
    """A product and a shopper."""

    product = serializers.UUIDField()
    shopper = serializers.UUIDField(
        required=False, help_text="An account or a visitor: for staff and programs with SERVICE_TOKEN. Else the caller."
    )


class PairsSerializer(serializers.Serializer[Any]):
    pairs = serializers.ListField(child=PairSerializer(), allow_empty=False, max_length=MOST_PAIRS)


class PredictionSerializer(serializers.Serializer[PredictedRating]):
    product = serializers.UUIDField(source="product_id")
    stars = serializers.FloatField(help_text="1 to 5.")
    fallback_used = serializers.BooleanField(help_text="True when the model had nothing to say.")
    # A serializer has an attribute of this name, but fields are taken out of the class when it is made.
    source = serializers.ChoiceField(["model", "product_mean", "shop_mean"])  # type: ignore[assignment]


class SinglePredictionSerializer(PredictionSerializer):
    model_version = serializers.CharField(allow_null=True, help_text="Null before the first `train_ratings`.")


# A field of the component's own name would trip clients that are generated.
@extend_schema_serializer(component_name="RatingPredictions")
class PredictionsSerializer(serializers.Serializer[Any]):
    model_version = serializers.CharField(allow_null=True, help_text="Null before the first `train_ratings`.")
    predictions = PredictionSerializer(many=True, help_text="In the order asked, without the refused ones.")
    refused = EventRefusalSerializer(many=True, help_text="Pairs whose product the shop does not show.")


class PredictRatingView(APIView):
    throttle_scope = "predictions"

    @extend_schema(parameters=[PairSerializer], responses={200: SinglePredictionSerializer, 403: ProblemSerializer})
    def get(self, request: Request) -> Response:
        """Predict the stars of one product. 404 for a product the shop does not show.

        Without a model, or where it knows too little, it is the product's mean, or the mean of all ratings, with
        `fallback_used: true`.
        """
        query = PairSerializer(data=request.query_params)
        query.is_valid(raise_exception=True)
        predicted = predict_ratings(self._pairs(request, [query.validated_data]))
        [prediction] = predicted.predictions
        if prediction is None:
            raise NotFound(f"There is no product {query.validated_data['product']}.")
        return Response(PredictionSerializer(prediction).data | {"model_version": predicted.model_version})

    @extend_schema(
        request=PairsSerializer,
        responses={200: PredictionsSerializer, 207: PredictionsSerializer, 403: ProblemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Predict the stars of up to 500 pairs. 207: some products are unknown, listed under `refused`.

        Only reads: sending it again changes nothing.
        """
        body = PairsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        pairs = self._pairs(request, body.validated_data["pairs"])
        predicted = predict_ratings(pairs)
        refused = [
            {
                "position": position,
                "attr": "product",
                "code": "unknown_product",
                "detail": f"There is no product {pairs[position][1]}.",
            }
            for position, prediction in enumerate(predicted.predictions)
            if prediction is None
        ]
        answer = {
            "model_version": predicted.model_version,
            "predictions": [entry for entry in predicted.predictions if entry is not None],
            "refused": refused,
        }
        code = status.HTTP_207_MULTI_STATUS if refused else status.HTTP_200_OK
        return Response(PredictionsSerializer(answer).data, status=code)

    def _pairs(
        self, request: Request, entries: Sequence[dict[str, uuid.UUID]]
    ) -> list[tuple[uuid.UUID | None, uuid.UUID]]:
        """Return (shopper, product) pairs; 403 for a shopper other than the caller, without permission."""
        if any("shopper" in entry for entry in entries) and not IsStaffOrService().has_permission(request, self):
            raise PermissionDenied(IsStaffOrService.message)
        caller = shopper_of(request).id
        return [(entry.get("shopper", caller), entry["product"]) for entry in entries]
