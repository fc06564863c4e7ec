"""The WSGI entry point of the web process."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

application = get_wsgi_application()
# All views now, not with the first request: before gunicorn's processes fork, so that they share them.
import_module(settings.ROOT_URLCONF)

# What was loaded by now stays for good: the collector, which runs every few requests, need not look through it again.
gc.collect()
gc.freeze()
