"""`GET metrics/`: figures for a monitoring system, as Prometheus text."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.permissions import sends_token
from recommendations.monitoring.figures import figures


class ShopCollector(Collector):
    """Reads the figures anew for each scrape, so nothing has to be added up across web processes."""

    def collect(self) -> Iterable[Metric]:
        return figures()

    def describe(self) -> Iterable[Metric]:
        return ()


class _AnyAccept(BaseContentNegotiation):
    """Figures have one form, errors another: neither asks what the scraper takes."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


@method_decorator(never_cache, name="dispatch")
class MetricsView(APIView):
    """Require staff, or METRICS_TOKEN as a bearer token."""

    authentication_classes = [SessionAuthentication]
    content_negotiation_class = _AnyAccept

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """Answer the figures; 403 to anybody else.

        With the behaviour database away those that are known without it, not 503: then a monitor needs them most.
        """
        if not (_is_staff(request) or sends_token(request, settings.METRICS_TOKEN)):
            raise PermissionDenied("Send METRICS_TOKEN as a bearer token, or sign in as staff.")
        registry = CollectorRegistry()
        registry.register(ShopCollector())
        return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _is_staff(request: Request) -> bool:
    user = request.user
    return bool(user and user.is_authenticated and user.is_active and user.is_staff)
