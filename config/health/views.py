"""GET health/ and ready/, for load balancers and for programs that watch processes."""

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.health.checks import AWAY, CHECKS
from recommendations.serving import handle

# Without these the shop cannot serve; without the others it serves less well and says so.
REQUIRED = ("database", "model")


class HealthSerializer(serializers.Serializer[dict[str, str]]):
    status = serializers.ChoiceField(["ok"])


class ReadinessSerializer(serializers.Serializer[dict[str, object]]):
    status = serializers.ChoiceField(["ready", "degraded", "not_ready"])
    checks = serializers.DictField(
        child=serializers.CharField(), help_text="database, behaviour_database, cache, broker, model: ok, away or more."
    )
    model_version = serializers.CharField(allow_null=True, help_text="What this process serves; null before the first.")


@method_decorator(never_cache, name="dispatch")
class HealthView(APIView):
    authentication_classes = ()

    @extend_schema(responses=HealthSerializer)
    def get(self, request: Request) -> Response:
        """Say that this process answers; nothing else is asked."""
        return Response({"status": "ok"})


@method_decorator(never_cache, name="dispatch")
class ReadyView(APIView):
    authentication_classes = ()

    @extend_schema(responses={200: ReadinessSerializer, 503: ReadinessSerializer})
    def get(self, request: Request) -> Response:
        """Say whether this process can serve shoppers.

        ready: everything is there. degraded (200 too): the behaviour database, the cache or the broker is away, and
        the shop does without. not_ready (503): the shop's database is away, or no promoted model can be loaded.
        """
        checks = {name: check() for name, check in CHECKS.items()}
        away = [name for name, result in checks.items() if result == AWAY]
        state = "not_ready" if set(away) & set(REQUIRED) else "degraded" if away else "ready"
        served = handle.current()
        body = {"status": state, "checks": checks, "model_version": served.version if served else None}
        return Response(
            body, status=status.HTTP_503_SERVICE_UNAVAILABLE if state == "not_ready" else status.HTTP_200_OK
        )
