#!/usr/bin/env python
"""Kindred's command line: `python manage.py help` lists the commands."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError
from pymongo.errors import PyMongoError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")


def first_line(error: Exception) -> str:
    """Return the first line of the driver's message, without the state of its connections."""
    return str(error).splitlines()[0].partition(" (configured timeouts")[0]


if __name__ == "__main__":
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Configuration: {error}")
    except DatabaseError as error:
        sys.exit(f"Database: {first_line(error)}; check DATABASE_URL, or run `python manage.py migrate`.")
    except PyMongoError as error:
        sys.exit(f"MongoDB: {first_line(error)}; check BEHAVIOUR_DATABASE_URL and that the server runs.")
