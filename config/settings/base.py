"""Settings shared by dev, production and test; values of the environment come through config/env.py."""

from csp.constants import NONE, SELF
from kombu import Queue

from config import env
from config.databases.addresses import database_config
from config.settings.admin_theme import admin_theme
from config.settings.api import *  # noqa: F403 the settings of the API

BASE_DIR = env.BASE_DIR
DATA_DIR = env.data_dir()
MAGENTO_DATABASE_PASSWORD = env.text("MAGENTO_DATABASE_PASSWORD")

DEBUG = False
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
# Number of our own proxies in front; only what they write into X-Forwarded-For is believed.
PROXIES_IN_FRONT = env.whole_number("PROXIES_IN_FRONT", 0, most=10)
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
SITE_NAME = "Kindred"

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.sites",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "corsheaders",
    "treebeard",
    "django_htmx",
    "django_filters",
    "django_celery_beat",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "config",
    "accounts",
    "shop",
    "recommendations",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PrivateAnswerMiddleware",
    "accounts.middleware.ShopperMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "shop.context_processors.storefront",
            ],
        },
    }
]

DEFAULT_DATABASE_URL = env.url("DATABASE_URL", env.DATABASE_SCHEMES, f"sqlite:///{DATA_DIR / 'shop.sqlite3'}")
DATABASES = {"default": database_config(DEFAULT_DATABASE_URL, variable="DATABASE_URL")}
BEHAVIOUR_DATABASE_URL = env.url("BEHAVIOUR_DATABASE_URL", env.BEHAVIOUR_SCHEMES)
DATABASE_ROUTERS = []
SILENCED_SYSTEM_CHECKS = ["models.W027"]  # MongoDB keeps no constraints: forms and services check the same
if BEHAVIOUR_DATABASE_URL:
    DATABASES["behaviour"] = database_config(BEHAVIOUR_DATABASE_URL, variable="BEHAVIOUR_DATABASE_URL")
    DATABASE_ROUTERS = ["config.databases.BehaviourRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.url("REDIS_URL", env.REDIS_SCHEMES)
CACHES = {
    "default": (
        {"BACKEND": "config.caches.redis.Cache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "config.caches.files.Cache", "LOCATION": DATA_DIR / "cache"}
    )
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

LANGUAGE_CODE = "en-us"
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
USE_TZ = True
SITE_ID = 1

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
_packages = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (f"vendor/{name}", _packages / folder)
        for name, folder in {
            "bootstrap": "bootstrap/dist",
            "bootstrap-icons": "bootstrap-icons/font",
            "htmx": "htmx.org/dist",
        }.items()
        if (_packages / folder).is_dir()
    ),
]
MEDIA_URL = "media/"
MEDIA_ROOT = DATA_DIR / "media"

# accounts -------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
    "django.contrib.auth.hashers.BCryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "shop:home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = env.text("ACCOUNT_EMAIL_VERIFICATION", "optional")
ACCOUNT_LOGOUT_REDIRECT_URL = "shop:home"
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
HEADLESS_CLIENTS = ("app",)
HEADLESS_TOKEN_STRATEGY = "accounts.api.tokens.AccountTokenStrategy"  # noqa: S105 the name of a class
HEADLESS_SERVE_SPECIFICATION = False
EMAIL_BACKEND = env.text("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Kindred <shop@localhost>")

# shop -----------------------------------------------------------------------------------------------------------------
SHOP_CURRENCY = env.text("SHOP_CURRENCY", "USD")
# Whether load_demo may create its accounts, whose password is public.
ALLOW_DEMO = False
# Whether fetch_product_images may connect to this machine: for tests only.
FETCH_FROM_LOOPBACK = False
# Value of one unit of a foreign currency in SHOP_CURRENCY; catalogue files name their own currency.
EXCHANGE_RATES = env.rates("EXCHANGE_RATES", "INR=0.012,USD=1")

# recommendations ------------------------------------------------------------------------------------------------------
MODEL_DIR = DATA_DIR / "models"
# Retrain after this many new interactions; beat retrains once a day anyway.
RETRAIN_AFTER_INTERACTIONS = env.whole_number("RETRAIN_AFTER_INTERACTIONS", 2000, least=1)
# One in so many places of a personal list goes to a product that few have seen; 0: none.
DISCOVERY_EVERY = env.whole_number("DISCOVERY_EVERY", 12, most=100)
# Half-lives in days by kind, in place of those in recommendations/behaviour/event_weights.py.
EVENT_HALF_LIVES = env.days("EVENT_HALF_LIVES")
# A new version is held back when its NDCG@10 is worse than the promoted one's by more than this, and not by chance.
PROMOTION_MARGIN_PERCENT = env.whole_number("PROMOTION_MARGIN_PERCENT", 5, most=100)
# Number of versions that keep their files; the promoted one and the one to roll back to always do.
MODEL_VERSIONS_KEPT = env.whole_number("MODEL_VERSIONS_KEPT", 3, least=2)
# host:port of the machines that share a training; the first runs train_recommender (docs/operations.md).
TRAINING_WORKERS = env.names("TRAINING_WORKERS")

# Bearer token that may read /api/v1/metrics/; empty: staff only.
METRICS_TOKEN = env.text("METRICS_TOKEN")
# Rail counts are written to the database this many seconds after the first; 0: only when asked.
RAIL_COUNTS_AFTER_SECONDS = 30

# API ------------------------------------------------------------------------------------------------------------------
# Bearer token that may read the recommendations and predictions of any shopper; empty: staff only.
SERVICE_TOKEN = env.text("SERVICE_TOKEN")
# Other origins whose pages may call the API from a browser, e.g. https://m.example.com.
CORS_ALLOWED_ORIGINS = env.names("CORS_ALLOWED_ORIGINS")
CORS_URLS_REGEX = r"^/(api|_allauth)/"

# Celery ---------------------------------------------------------------------------------------------------------------
BROKER_DIR = DATA_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
CELERY_BROKER_TRANSPORT = None if REDIS_URL else "config.broker.embedded:Transport"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    # A page must not wait for a broker that is away: one short attempt to send a task.
    {
        "visibility_timeout": 6 * 60 * 60,
        "max_retries": 0,
        "socket_connect_timeout": 1.0,
        "socket_timeout": 1.0,
        # A worker of several queues reads the first one that is not empty, as config/broker/embedded.py does.
        "queue_order_strategy": "priority",
    }
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.05,
    }
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Tasks that shoppers wait for; products in bulk, by the same worker when none waits; trainings.
CELERY_TASK_QUEUES = [Queue(name, routing_key=name) for name in ("realtime", "catalogue", "training")]
CELERY_TASK_DEFAULT_QUEUE = "realtime"
CELERY_TASK_ROUTES = {
    f"recommendations.tasks.{name}": {"queue": "training"} for name in ("retrain", "fine_tune", "train_ratings")
} | {"recommendations.tasks.reindex_category": {"queue": "catalogue"}}
CELERY_WORKER_CONSUMER = "config.broker.dead_letters:PoisonConsumer"
# A training takes long: it is retried once, not twice (config/broker/dead_letters.py).
CELERY_TASK_ANNOTATIONS = {f"recommendations.tasks.{name}": {"max_retries": 1} for name in ("retrain", "fine_tune")}
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"

# admin ----------------------------------------------------------------------------------------------------------------
UNFOLD = admin_theme(SITE_NAME)

# security -------------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "https:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    },
    # The admin theme and the API's documentation page bring inline styles and Alpine.js expressions of their own.
    "EXCLUDE_URL_PREFIXES": ["/admin/", "/api/docs/"],
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# logging --------------------------------------------------------------------------------------------------------------
LOG_FILE = env.text("LOG_FILE")
_log = {"class": "logging.FileHandler", "filename": LOG_FILE} if LOG_FILE else {"class": "logging.StreamHandler"}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"log": _log | {"formatter": "line"}},
    "root": {"handlers": ["log"], "level": env.text("LOG_LEVEL", "INFO")},
}
