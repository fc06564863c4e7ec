"""Shapes of the recommendation and event addresses."""

from typing import Any

from rest_framework import serializers
from rest_framework.settings import api_settings

from recommendations.api.cursors import Cursor
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.services.interactions import NewEvent, Refusal
from recommendations.lists.recommending import Recommendations
from recommendations.lists.requests import LARGEST_LIMIT, Intent
from shop.api.product_json import ProductJson
from shop.api.serializers import ProductSerializer

MOST_EVENTS = 500
# What happens in the shop itself (cart, order) is recorded by the server, never on a client's word.
REPORTABLE_KINDS = (Kind.VIEW, Kind.SEARCH, Kind.SEARCH_CLICK, Kind.RATE, Kind.NOT_INTERESTED)


class CursorField(serializers.CharField):
    """The signed text of a Cursor."""

    def to_internal_value(self, data: Any) -> Cursor:  # type: ignore[override]  # the text stands for it
        try:
            return Cursor.read(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError(str(error), "invalid") from None


class RecommendationQuerySerializer(serializers.Serializer[dict[str, Any]]):
    """What to recommend, and for which place."""

    slot = serializers.SlugField(max_length=32, default="api", help_text="Where on which page the list is shown.")
    intent = serializers.ChoiceField([intent.value for intent in Intent], default=Intent.FOR_YOU.value)
    item = serializers.UUIDField(
        required=False, help_text="The product that similar (required) or complementary (optional) start from."
    )
    category = serializers.UUIDField(required=False, help_text="Only products of this category or below.")
    limit = serializers.IntegerField(min_value=1, max_value=LARGEST_LIMIT, default=12)
    cursor = CursorField(required=False, help_text="`next_cursor` of the page before, to go on with the same list.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["intent"] == Intent.SIMILAR and "item" not in attrs:
            raise serializers.ValidationError({"item": "The intent “similar” needs a product: item=<id>."}, "required")
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

    def to_representation(self, found: Recommendations) -> dict[str, Any]:
        """Write what the fields declare, by hand: most requests of a client are this one."""
        products = ProductJson(self.context.get("request"))
        return {
            "recomm_id": str(found.recomm_id),
            "model_version": found.model_version,
            "variant": found.variant,
            "fallback_used": found.fallback_used,
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
                for item in found.items
            ],
            "next_cursor": self.get_next_cursor(found),
        }

    def get_next_cursor(self, found: Recommendations) -> str | None:
        """Where the list goes on; null at its end."""
        cursor: Cursor | None = self.context.get("next_cursor")
        return cursor.text() if cursor else None


class EventSerializer(serializers.Serializer[NewEvent]):
    """One thing the shopper did in the client."""

    id = serializers.UUIDField(required=False, help_text="The event's own id: sending it twice stores it once.")
    kind = serializers.ChoiceField([kind.value for kind in REPORTABLE_KINDS])
    product = serializers.UUIDField(required=False, help_text="The product's id; required for all kinds but search.")
    query = serializers.CharField(required=False, max_length=200, help_text="The words of a search.")
    stars = serializers.IntegerField(required=False, min_value=1, max_value=5, help_text="Required for rate.")
    recomm_id = serializers.UUIDField(
        required=False, help_text="The recommended list the product was clicked in: its clicks are then counted."
    )
    occurred_at = serializers.DateTimeField(
        required=False, help_text="At most 7 days ago; now when left out.", default_timezone=None
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        kind = attrs["kind"]
        needed = {Kind.SEARCH: ("query",), Kind.RATE: ("product", "stars")}.get(kind, ("product",))
        missing = {name: f"An event of kind {kind} needs this." for name in needed if name not in attrs}
        if missing:
            raise serializers.ValidationError(missing, "required")
        return attrs

    def to_events(self) -> list[NewEvent | Refusal]:
        """Return the validated event as what the service takes."""
        return [_event(self.validated_data)]


class EventListField(serializers.ListField):
    """Events that are judged one by one: each becomes a NewEvent, or a Refusal that says what is wrong with it."""

    child = EventSerializer()

    def run_child_validation(self, data: Any) -> list[NewEvent | Refusal]:
        # One serializer for all: making one takes longer than what it checks.
        events: list[NewEvent | Refusal] = []
        for position, item in enumerate(data):
            try:
                events.append(_event(self.child.run_validation(item)))
            except serializers.ValidationError as error:
                events.append(_refusal(position, error.detail))
        return events


class EventBatchSerializer(serializers.Serializer[Any]):
    """Several events at once; each is judged by itself."""

    events = EventListField(allow_empty=False, max_length=MOST_EVENTS)

    def to_events(self) -> list[NewEvent | Refusal]:
        """Return the validated events as what the service takes."""
        return list(self.validated_data["events"])


class EventRefusalSerializer(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="Place in the batch, 0 first.")
    attr = serializers.CharField(help_text="The part of the event that is wrong; empty when it is the whole.")
    code = serializers.CharField(help_text="For programs.")
    detail = serializers.CharField(help_text="For people.")


class EventOutcomeSerializer(serializers.Serializer[Any]):
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField(help_text="Events that were stored by an earlier request.")
    refused = EventRefusalSerializer(many=True)


def _event(attrs: dict[str, Any]) -> NewEvent:
    """Return what EventSerializer validated; what does not belong to its kind is dropped."""
    kind = Kind(attrs["kind"])
    return NewEvent(
        kind=kind,
        product_id=None if kind is Kind.SEARCH else attrs["product"],
        value=attrs["stars"] if kind is Kind.RATE else 1 if kind is Kind.NOT_INTERESTED else None,
        query=attrs.get("query", "") if kind in (Kind.SEARCH, Kind.SEARCH_CLICK) else "",
        occurred_at=attrs.get("occurred_at"),
        event_id=attrs.get("id"),
        recomm_id=None if kind is Kind.SEARCH else attrs.get("recomm_id"),
    )


def _refusal(position: int, errors: Any) -> Refusal:
    """Return the first complaint of a serializer's errors; those of an event that is null name no field."""
    by_field = errors if isinstance(errors, dict) else {api_settings.NON_FIELD_ERRORS_KEY: errors}
    field, (complaint, *_) = next(iter(by_field.items()))
    attr = "" if field == api_settings.NON_FIELD_ERRORS_KEY else field
    return Refusal(position, attr, complaint.code, str(complaint))
