"""GET recommendations/ and POST events/."""

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import current_caller
from accounts.shoppers import shopper_of
from recommendations.api.cursors import Cursor
from recommendations.api.serializers import (
    EventBatchSerializer,
    EventOutcomeSerializer,
    EventSerializer,
    RecommendationQuerySerializer,
    RecommendationsSerializer,
)
from recommendations.behaviour.services.interactions import record_reported_events
from recommendations.lists.recommending import recommend
from recommendations.lists.requests import Intent
from shop.api.errors import RefusalSerializer
from shop.api.idempotency import PARAMETER, idempotent

EVENTS_PER_REQUEST = 50


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
        wanted = self.query.run_validation(request.query_params)
        cursor: Cursor = wanted.get("cursor") or Cursor()
        limit = min(wanted["limit"], cursor.left)
        found = recommend(
            shopper_id=shopper_of(request).id,
            intent=Intent(wanted["intent"]),
            slot=wanted["slot"],
            limit=limit,
            product_id=wanted.get("item"),
            category_id=wanted.get("category"),
            earlier=cursor.shown,
        )
        following = cursor.after(found) if len(found.items) == limit else None
        context = {"request": request, "next_cursor": following}
        return Response(RecommendationsSerializer(found, context=context).data)


class EventsView(APIView):
    """What shoppers do in a client of their own, into the interaction log."""

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
