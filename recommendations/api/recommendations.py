"""GET recommendations/: lists for the caller, page by page."""

import uuid
from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core import signing
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.shoppers import shopper_of
from recommendations.lists.intents.registry import FOR_YOU, INTENTS
from recommendations.lists.questions import LARGEST_LIMIT, Intent, Question
from recommendations.lists.recommending import Recommendations, recommend, shown
from shop.api.product_json import ProductJson
from shop.api.serializers import ProductSerializer

MAX_AGE_SECONDS = 24 * 60 * 60
_SALT = "recommendations.api.cursor.2"


@dataclass(frozen=True)
class Cursor:
    """The products on a list's pages so far. Whatever happens between two pages, none comes twice."""

    shown: tuple[uuid.UUID, ...] = ()

    @property
    def left(self) -> int:
        """Number of products that the list may still show."""
        return LARGEST_LIMIT - len(self.shown)

    def after(self, page: Recommendations) -> "Cursor | None":
        """Return where the list goes on after a page; None at its end."""
        following = Cursor((*self.shown, *(item.product.pk for item in page.items)))
        return following if page.items and following.left > 0 else None

    def text(self) -> str:
        """Return the signed form that `read` takes."""
        ids = b"".join(product_id.bytes for product_id in self.shown)
        return signing.dumps(b64encode(ids).decode(), salt=_SALT)

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Return the cursor; ValueError for one that was made up, damaged, or is more than a day old."""
        try:
            shown: str = signing.loads(text, salt=_SALT, max_age=MAX_AGE_SECONDS)
        except signing.BadSignature:
            raise ValueError("No cursor of this shop, or older than a day: start without one.") from None
        ids = b64decode(shown)
        return cls(tuple(uuid.UUID(bytes=ids[start : start + 16]) for start in range(0, len(ids), 16)))


class CursorField(serializers.CharField):
    """The signed text of a Cursor."""

    def to_internal_value(self, data: Any) -> Cursor:  # type: ignore[override]  # the text stands for it
        try:
            return Cursor.read(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error), "invalid") from None


class IntentField(serializers.ChoiceField):
    """The name of an intent; its value is the intent."""

    def to_internal_value(self, data: Any) -> Intent:  # type: ignore[override]  # the name stands for it
        intent = INTENTS.get(str(data))
        if intent is None:
            self.fail("invalid_choice", input=data)
        return intent

    def to_representation(self, value: Intent) -> str:  # type: ignore[override]  # the name stands for it
        return value.name


class RecommendationQuerySerializer(serializers.Serializer[dict[str, Any]]):
    """The list to recommend, and its place."""

    slot = serializers.SlugField(max_length=32, default="api", help_text="Where on which page the list is shown.")
    intent = IntentField(list(INTENTS), default=FOR_YOU)  # type: ignore[arg-type]  # what its name becomes
    item = serializers.UUIDField(
        required=False, help_text="The product that similar (required) or complementary (optional) start from."
    )
    category = serializers.UUIDField(required=False, help_text="Only products of this category or below.")
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_LIMIT, default=12)
    cursor = CursorField(required=False, help_text="`next_cursor` of the page before, to go on with the same list.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        intent: Intent = attrs["intent"]
        if intent.needs_product and "item" not in attrs:
            message = f"The intent “{intent.name}” needs a product: item=<id>."
            raise serializers.ValidationError({"item": message}, "required")
        return attrs


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="For programs, e.g. viewed_similar, bought_together, popular.")
    anchor_id = serializers.UUIDField(allow_null=True, help_text="The product the reason speaks of, if any.")
    text = serializers.CharField(help_text="For people.")


class RecommendedItemSerializer(serializers.Serializer[Any]):
    product = ProductSerializer()
    score = serializers.FloatField(help_text="Comparable within one list only.")
    reasons = ReasonSerializer(many=True)
    # A serializer has an attribute of this name, but fields are taken out of the class when it is made.
    source = serializers.CharField(help_text="Which search found it.")  # type: ignore[assignment]


class RecommendationsSerializer(serializers.Serializer[Any]):
    recomm_id = serializers.UUIDField(help_text="Names this very list.")
    model_version = serializers.CharField(allow_null=True, help_text="Null before the first training.")
    variant = serializers.CharField(allow_null=True, help_text="Arm of the running experiment; null outside of one.")
    fallback_used = serializers.BooleanField(help_text="True when the list had to be filled without the model.")
    items = RecommendedItemSerializer(many=True)
    next_cursor = serializers.SerializerMethodField()

    def to_representation(self, answer: Recommendations) -> dict[str, Any]:
        """Write what the fields declare, by hand: most requests of a client are this one."""
        products = ProductJson(self.context.get("request"))
        return {
            "recomm_id": str(answer.recomm_id),
            "model_version": answer.model_version,
            "variant": answer.variant,
            "fallback_used": answer.fallback_used,
            "items": [
                {
                    "product": products.write(item.product),
                    "score": item.score,
                    "reasons": [
                        {
                            "code": reason.code,
                            "anchor_id": None if reason.anchor_id is None else str(reason.anchor_id),
                            "text": reason.text,
                        }
                        for reason in item.reasons
                    ],
                    "source": item.source,
                }
                for item in answer.items
            ],
            "next_cursor": self.get_next_cursor(answer),
        }

    def get_next_cursor(self, answer: Recommendations) -> str | None:
        """Return where the list goes on; null at its end."""
        cursor: Cursor | None = self.context.get("next_cursor")
        return cursor.text() if cursor else None


class RecommendationsView(APIView):
    """Products for the caller: the account, or the visitor of the X-Visitor-Token header."""

    # One for all requests: making one takes longer than what it checks.
    query = RecommendationQuerySerializer()

    @extend_schema(parameters=[RecommendationQuerySerializer], responses=RecommendationsSerializer)
    def get(self, request: Request) -> Response:
        """Recommend products.

        The list is never longer than `limit` and holds only published, priced products in stock that the caller has
        not bought and not dismissed. An unknown item or category, or a shop without a model, is answered with popular
        products and `fallback_used: true`. Further pages, by `next_cursor`, never repeat a product; a list holds 100
        at most.
        """
        query = self.query.run_validation(request.query_params)
        cursor: Cursor = query.get("cursor") or Cursor()
        limit = min(query["limit"], cursor.left)
        question = question_of(query, limit, cursor.shown)
        answer = shown(recommend(shopper_of(request).id, question))
        following = cursor.after(answer) if len(answer.items) == limit else None
        context = {"request": request, "next_cursor": following}
        return Response(RecommendationsSerializer(answer, context=context).data)


def question_of(query: Mapping[str, Any], limit: int, earlier: Collection[uuid.UUID] = ()) -> Question:
    """Return the question of a validated RecommendationQuerySerializer."""
    return Question(query["intent"], query["slot"], limit, query.get("item"), query.get("category"), earlier=earlier)
