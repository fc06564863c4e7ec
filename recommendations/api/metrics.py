"""`GET metrics/`: figures for a monitoring system, as Prometheus text."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from accounts.api.permissions import sends_token
from recommendations.selectors.figures import figures


class ShopCollector(Collector):
    """Reads the figures anew for each scrape, so nothing has to be added up across web processes."""

    def collect(self) -> Iterable[Metric]:
        return figures()

    def describe(self) -> Iterable[Metric]:
        return ()


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer the figures to whoever sends METRICS_TOKEN as a bearer token, and to staff; 403 to anybody else.

    With the behaviour database away those that are known without it, not 503: then a monitor needs them most.
    """
    if not _may_see(request):
        return HttpResponse("Send METRICS_TOKEN as a bearer token, or sign in as staff.\n", "text/plain", status=403)
    registry = CollectorRegistry()
    registry.register(ShopCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _may_see(request: HttpRequest) -> bool:
    if request.user.is_authenticated and request.user.is_active and request.user.is_staff:
        return True
    return sends_token(request, settings.METRICS_TOKEN)
