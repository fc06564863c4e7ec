"""Database addresses: turn DATABASE_URL and BEHAVIOUR_DATABASE_URL into Django's settings."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
import pymongo.uri_parser
from django.core.exceptions import ImproperlyConfigured

SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN, so two writers wait for each other instead of failing half-way.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        # No map of the file and no larger cache: each thread has a connection of its own, with both.
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    ),
}

# A thread keeps its connection for so long, from request to request.
CONNECTION_SECONDS = 60

# Milliseconds that each page waits for a server that is away, before it does without.
MONGODB_TIMEOUT = {"serverSelectionTimeoutMS": 2000}


def database_config(address: str, *, variable: str) -> dict[str, Any]:
    """Return Django's settings for a database address; `variable` names it in errors."""
    scheme = urlsplit(address).scheme
    if scheme.startswith("mongodb"):
        return _mongodb_config(address, variable)
    config = dict(environ.Env.db_url_config(address))
    if not config.get("NAME"):
        raise ImproperlyConfigured(f"{variable}={address!r} names no database. See .env.example.")
    if scheme == "sqlite":
        Path(config["NAME"]).parent.mkdir(parents=True, exist_ok=True)
        # Opening the file, with what init_command does, takes longer than what a request reads from it.
        return config | {"OPTIONS": dict(SQLITE_OPTIONS), "CONN_MAX_AGE": CONNECTION_SECONDS}
    return config | {"CONN_MAX_AGE": CONNECTION_SECONDS, "CONN_HEALTH_CHECKS": True}


def _mongodb_config(address: str, variable: str) -> dict[str, Any]:
    name = pymongo.uri_parser.parse_uri(address).get("database") if address.startswith("mongodb://") else None
    name = name or urlsplit(address).path.strip("/")
    if not name:
        raise ImproperlyConfigured(f"{variable}={address!r} names no database: write mongodb://host:27017/NAME.")
    options = {} if "serverselectiontimeoutms=" in address.lower() else dict(MONGODB_TIMEOUT)
    return {"ENGINE": "django_mongodb_backend", "HOST": address, "NAME": name, "OPTIONS": options}
