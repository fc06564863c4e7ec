"""Readiness checks: each reports `ok`, `away` or `none yet` for one server the shop uses."""

import logging
import os
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from kombu.exceptions import OperationalError

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.serving import handle
from recommendations.versions import artifact_store

logger = logging.getLogger(__name__)

OK, AWAY, NONE_YET = "ok", "away", "none yet"


def _database(alias: str = "default") -> str:
    connection: Any = connections[alias]
    try:
        if connection.vendor == "mongodb":
            connection.database.command("ping")
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The database “%s” is away: %s", alias, error)
        return AWAY
    return OK


def _behaviour_database() -> str:
    return _database("behaviour" if "behaviour" in connections.settings else "default")


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
