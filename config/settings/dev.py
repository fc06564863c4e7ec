"""Development settings, the default of `make run`: one machine, no servers, a secret key made on first use."""

import secrets

from config import env
from config.settings.base import *  # noqa: F403 settings modules extend each other, as Django's documentation shows
from config.settings.base import DATA_DIR


def _secret_key() -> str:
    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY") or _secret_key()
WHITENOISE_USE_FINDERS = True
SERVE_MEDIA = True
ALLOW_DEMO = True
