"""The shop's addresses, and a bare view behind the same middleware to compare them with."""

from benchmarks.serving.bare_urls import urlpatterns as bare_urlpatterns
from config.urls import handler404, handler500
from config.urls import urlpatterns as shop_urlpatterns

__all__ = ["handler404", "handler500", "urlpatterns"]

urlpatterns = [*bare_urlpatterns, *shop_urlpatterns]
