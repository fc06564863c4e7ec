"""Settings of the shop that is measured: production's, and one bare view beside the shop's own addresses."""

from config.settings.production import *  # noqa: F403 settings modules extend each other, as Django's documentation shows
from config.settings.production import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.serving"]
ROOT_URLCONF = "benchmarks.serving.urls"
# wrk comes without TLS.
SECURE_SSL_REDIRECT = False
