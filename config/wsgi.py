"""The WSGI entry point of the web process."""

import gc
import os
from collections.abc import Iterable
from email.utils import quote
from importlib import import_module
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")


def reading_utf_8(application: WSGIApplication) -> WSGIApplication:
    """Take the charset out of a request's Content-Type: the shop's pages and JSON are UTF-8, so is what they are sent.

    Django looks the charset up among all of Python's codecs before anything can catch what comes of it, and some of
    them (zlib, hex) are none of text.
    """

    def application_of_utf_8(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        content_type = environ.get("CONTENT_TYPE", "")
        if "charset" in content_type.lower() or "*=" in content_type:
            environ["CONTENT_TYPE"] = _without_charset(content_type)
        return application(environ, start_response)

    return application_of_utf_8


def _without_charset(content_type: str) -> str:
    try:
        media_type, parameters = parse_header_parameters(content_type)
    except (LookupError, ValueError):  # the parameters themselves may name a charset (RFC 2231)
        return content_type.partition(";")[0]
    kept = [f'{name}="{quote(value)}"' for name, value in parameters.items() if name.lower() != "charset"]
    return "; ".join([media_type, *kept])


application = reading_utf_8(get_wsgi_application())
# All views now, not with the first request: before gunicorn's processes fork, so that they share them.
import_module(settings.ROOT_URLCONF)

# What was loaded by now stays for good: the collector, which runs every few requests, need not look through it again.
gc.collect()
gc.freeze()
