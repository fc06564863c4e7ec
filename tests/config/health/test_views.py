"""GET health/ and ready/."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError

from config.health import checks
from recommendations.serving import handle
from recommendations.versions.artifact_store import POINTER_FILE
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture(autouse=True)
def _own_models(settings, tmp_path, monkeypatch):
    settings.MODEL_DIR = tmp_path / "models"
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())


def test_health_asks_nothing(api, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = api.get("/api/v1/health/")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


def test_ready_before_the_first_training(api):
    answer = api.get("/api/v1/ready/")

    assert answer.status_code == 200
    checks = {"database": "ok", "behaviour_database": "ok", "cache": "ok", "broker": "ok", "model": "none yet"}
    assert answer.json() == {"status": "ready", "checks": checks, "model_version": None}


def test_ready_names_the_version_that_serves(api):
    version = publish(ProductFactory.create_batch(2))

    body = api.get("/api/v1/ready/").json()

    assert (body["checks"]["model"], body["model_version"]) == ("ok", version)


def test_not_ready_with_a_pointer_to_nothing(api, settings):
    settings.MODEL_DIR.mkdir()
    (settings.MODEL_DIR / POINTER_FILE).write_text("nonsense")

    answer = api.get("/api/v1/ready/")

    assert answer.status_code == 503
    assert (answer.json()["status"], answer.json()["checks"]["model"]) == ("not_ready", "away")


def test_not_ready_without_the_shops_database(api, monkeypatch):
    class Away:
        vendor = "sqlite"

        def cursor(self):
            raise DatabaseError("refused")

    monkeypatch.setattr(
        checks, "connections", type("Connections", (), {"settings": {}, "__getitem__": lambda *_: Away()})()
    )

    answer = api.get("/api/v1/ready/")

    assert (answer.status_code, answer.json()["status"]) == (503, "not_ready")


def test_without_cache_the_shop_serves_on(api, monkeypatch):
    monkeypatch.setattr(cache, "get", lambda key: None, raising=False)

    answer = api.get("/api/v1/ready/")

    assert (answer.status_code, answer.json()["status"], answer.json()["checks"]["cache"]) == (200, "degraded", "away")


def test_without_broker_the_shop_serves_on(api, settings, tmp_path):
    missing = str(tmp_path / "missing")
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": missing, "control_folder": missing}

    answer = api.get("/api/v1/ready/")

    assert (answer.status_code, answer.json()["checks"]["broker"]) == (200, "away")
