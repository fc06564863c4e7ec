"""POST events/: events of shoppers in a client of their own, for the interaction log."""

from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from accounts.callers import current_caller
from accounts.shoppers import shopper_of
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.services.interactions import NewEvent, Refusal, record_reported_events
from shop.api.errors import RefusalSerializer
from shop.api.idempotency import PARAMETER, idempotent

EVENTS_PER_REQUEST = 50
MOST_EVENTS = 500
# What happens in the shop itself (cart, order) is recorded by the server, never on a client's word.
REPORTABLE_KINDS = (Kind.VIEW, Kind.SEARCH, Kind.SEARCH_CLICK, Kind.RATE, Kind.NOT_INTERESTED)


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


class EventsView(APIView):
    """Takes events of shoppers in a client of their own into the interaction log."""

    throttle_scope = "events"

    def throttle_cost(self, request: Request) -> int:
        """Each 50 events of a batch count as one request."""
        events = request.data.get("events") if isinstance(request.data, dict) else None
        return 1 + (len(events) - 1) // EVENTS_PER_REQUEST if isinstance(events, list) and events else 1

    @extend_schema(
        request=PolymorphicProxySerializer("EventOrBatch", [EventSerializer, EventBatchSerializer], None),
        responses={202: EventOutcomeSerializer, 207: EventOutcomeSerializer, 409: RefusalSerializer},
        parameters=[PARAMETER],
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Report one event, or up to 500 as `{"events": [...]}`.

        202: all are stored, or were before. 207: some of a batch were refused, listed under `refused`; the others are
        stored. 400: nothing is stored. Purchases and cart changes are recorded by the shop and cannot be reported.
        403: the User-Agent is a known robot's, nothing is stored.
        """
        if current_caller().is_robot:
            raise PermissionDenied("What robots do is not recorded.")
        is_batch = isinstance(request.data, dict) and "events" in request.data
        report = (EventBatchSerializer if is_batch else EventSerializer)(data=request.data)
        report.is_valid(raise_exception=True)
        outcome = record_reported_events(shopper_id=shopper_of(request).id, events=report.to_events())
        if outcome.refused and not is_batch:
            refusal = outcome.refused[0]
            raise ValidationError({refusal.attr: [refusal.detail]}, refusal.code)
        answer = status.HTTP_207_MULTI_STATUS if outcome.refused else status.HTTP_202_ACCEPTED
        return Response(EventOutcomeSerializer(outcome).data, status=answer)


def _event(attrs: dict[str, Any]) -> NewEvent:
    """Return the event of validated fields, without those that do not belong to its kind."""
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
