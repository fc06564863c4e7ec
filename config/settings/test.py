"""Test settings: files go to a temporary folder, tasks run in place."""

import atexit
import shutil
import tempfile
from pathlib import Path

from config.settings.api import REST_FRAMEWORK, THROTTLE_RATES
from config.settings.base import *  # noqa: F403 settings modules extend each other, as Django's documentation shows
from config.settings.base import DATABASES

DATA_DIR = Path(tempfile.mkdtemp(prefix="kindred-test-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
MEDIA_ROOT = DATA_DIR / "media"
STATIC_ROOT = DATA_DIR / "static"
MODEL_DIR = DATA_DIR / "models"
SECRET_KEY = "only-for-tests"  # noqa: S105 signs nothing outside a test run
SERVE_MEDIA = True
ALLOW_DEMO = True
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["NAME"] = DATA_DIR / "shop.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
ACCOUNT_RATE_LIMITS = False
RAIL_COUNTS_AFTER_SECONDS = 0
REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": dict.fromkeys(THROTTLE_RATES)}
