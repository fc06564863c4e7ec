"""Settings of a Django that does nothing but answer: no middleware, no apps, one view."""

SECRET_KEY = "guards nothing"  # noqa: S105 there is nothing to guard
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.serving.bare_urls"
MIDDLEWARE: list[str] = []
