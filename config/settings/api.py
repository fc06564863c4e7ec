"""API settings: authentication, parsing, rendering, throttling, CORS and the schema."""

from corsheaders.defaults import default_headers

# Per account, visitor or address; each view names its scope. The catalogue can be read without a limit.
_RATES_PER_MINUTE = {
    "events": 600,
    "cart": 300,
    "checkout": 60,
    "reviews": 60,
    "account": 120,
    "predictions": 600,
    "batch": 120,
}
# Limit of all visitors without an account behind one public address, as a multiple of the limit of one: enough for a
# household, a school or a part of a mobile network, not for a program that is a new visitor with each request.
_VISITORS_OF_ONE_ADDRESS = 5
THROTTLE_RATES = {scope: f"{rate}/min" for scope, rate in _RATES_PER_MINUTE.items()} | {
    f"{scope}_of_one_address": f"{_VISITORS_OF_ONE_ADDRESS * rate}/min" for scope, rate in _RATES_PER_MINUTE.items()
}

_OWN_HEADERS = ("idempotency-key", "if-match", "if-none-match", "x-session-token", "x-visitor-token")
CORS_ALLOW_HEADERS = (*default_headers, *_OWN_HEADERS)
CORS_EXPOSE_HEADERS = ("ETag", "Idempotent-Replayed", "Retry-After", "X-Visitor-Token")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.tokens.SessionTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_RENDERER_CLASSES": ["shop.api.answers.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["shop.api.parsers.BoundedJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_THROTTLE_CLASSES": ["shop.api.throttling.ScopedThrottle", "shop.api.throttling.AddressThrottle"],
    "DEFAULT_THROTTLE_RATES": THROTTLE_RATES,
}
DRF_STANDARDIZED_ERRORS = {
    "EXCEPTION_HANDLER_CLASS": "config.api.errors.ApiExceptionHandler",
    # One shape for every error in the schema too: the package itself would make a model for each field of each
    # operation, and still miss errors that a view raises.
    "ERROR_SCHEMAS": dict.fromkeys((400, 401, 403, 404, 405, 406, 415, 429, 500), "shop.api.errors.ProblemSerializer"),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Kindred API",
    "DESCRIPTION": (
        "Catalogue, cart, orders, events and recommendations of a Kindred shop.\n\n"
        "Without an account a client is known by the `X-Visitor-Token` that its first answer carries as a header: send "
        "it with every request to keep the cart and the history."
    ),
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "POSTPROCESSING_HOOKS": [
        "drf_standardized_errors.openapi_hooks.postprocess_schema_enums",
        "shop.api.schema.add_body_limits",
        "shop.api.schema.add_not_modified",
        "shop.api.schema.add_unavailable",
    ],
    "ENUM_NAME_OVERRIDES": {
        "RefusalCodeEnum": "shop.api.errors.REFUSAL_CODES",
        "ProblemTypeEnum": "shop.api.errors.PROBLEM_TYPES",
        "RefusalTypeEnum": "drf_standardized_errors.openapi_serializers.ClientErrorEnum.choices",
    },
}
