"""GET health/ and ready/: for whoever watches processes and balances load."""

import logging
import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connections
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from kombu.exceptions import OperationalError
from pymongo.errors import PyMongoError
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.serving import handle
from recommendations.versions import artifact_store

logger = logging.getLogger(__name__)

OK, AWAY, NONE_YET = "ok", "away", "none yet"
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
        bad = [name for name, found in checks.items() if found == AWAY]
        state = "not_ready" if set(bad) & set(REQUIRED) else "degraded" if bad else "ready"
        served = handle.current()
        body = {"status": state, "checks": checks, "model_version": served.version if served else None}
        return Response(
            body, status=status.HTTP_503_SERVICE_UNAVAILABLE if state == "not_ready" else status.HTTP_200_OK
        )


def _database() -> str:
    try:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        logger.error("Not ready, the shop's database is away: %s", error)
        return AWAY
    return OK


def _behaviour_database() -> str:
    if "behaviour" not in connections.settings:
        return _database()
    connection: Any = connections["behaviour"]
    try:
        if connection.vendor == "mongodb":
            connection.database.command("ping")
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
    except (*BEHAVIOUR_DATABASE_ERRORS, PyMongoError) as error:
        logger.error("The behaviour database is away: %s", error)
        return AWAY
    return OK


def _cache() -> str:
    token = uuid4().hex
    try:
        cache.set(f"ready:{token}", token, 10)
        came_back = cache.get(f"ready:{token}") == token
        cache.delete(f"ready:{token}")
    except OSError as error:
        logger.error("The cache is away: %s", error)
        return AWAY
    return OK if came_back and not getattr(cache, "is_away", False) else AWAY


def _broker() -> str:
    if not settings.REDIS_URL:
        folders = {str(settings.CELERY_BROKER_TRANSPORT_OPTIONS[key]) for key in ("data_folder_in", "control_folder")}
        return OK if all(os.access(folder, os.W_OK) for folder in folders) else AWAY
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, OSError) as error:
        logger.error("The broker is away: %s", error)
        return AWAY
    return OK


def _model() -> str:
    if handle.current() is not None:
        return OK
    return NONE_YET if artifact_store.read_pointer() is None else AWAY


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "behaviour_database": _behaviour_database,
    "cache": _cache,
    "broker": _broker,
    "model": _model,
}
