"""`GET metrics/`: who may read it, and that it is Prometheus text."""

import pytest
from django.db import OperationalError
from django.urls import reverse
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from recommendations.behaviour.models import Interaction
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db
PATH = "/api/v1/metrics/"


def test_the_address():
    assert reverse("api-metrics") == PATH


def test_staff_may_read(staff_client):
    response = staff_client.get(PATH)

    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    names = {family.name for family in text_string_to_metric_families(response.content.decode())}
    assert {"kindred_events_last_hour", "kindred_jobs", "kindred_alarm_raised", "kindred_model_serves"} <= names


def test_whoever_has_the_token_may_read(client, settings):
    settings.METRICS_TOKEN = "a long token"

    assert client.get(PATH, headers={"Authorization": "Bearer a long token"}).status_code == 200
    assert client.head(PATH, headers={"Authorization": "bearer a long token"}).status_code == 200


@pytest.mark.parametrize(
    ("token", "header"),
    [
        ("", None),
        ("", "Bearer "),
        ("secret", None),
        ("secret", "Bearer other"),
        ("secret", "Basic secret"),
        ("secret", "Bearer sécret"),
    ],
    ids=["unset", "unset-empty", "none-sent", "wrong", "basic", "not-ascii"],
)
def test_nobody_else_may(client, settings, token, header):
    settings.METRICS_TOKEN = token
    response = client.get(PATH, headers={"Authorization": header} if header else {})

    assert one_error(response, 403) == ("client_error", "permission_denied", None)
    assert b"kindred_" not in response.content


def test_shoppers_may_not(user_client):
    assert user_client.get(PATH).status_code == 403


def test_with_the_behaviour_database_away_it_answers_the_rest(client, settings, monkeypatch):
    settings.METRICS_TOKEN = "a long token"

    def away(*_, **__):
        raise OperationalError("away")

    monkeypatch.setattr(Interaction.objects, "filter", away)

    response = client.get(PATH, headers={"Authorization": "Bearer a long token"})

    assert response.status_code == 200
    assert "kindred_behaviour_database_up 0.0" in response.content.decode()
    assert "kindred_broker_up 1.0" in response.content.decode()


def test_it_only_reads(staff_client):
    assert one_error(staff_client.post(PATH), 405) == ("client_error", "method_not_allowed", None)


@pytest.mark.parametrize("accept", ["text/plain", "application/openmetrics-text; version=1.0.0", "text/html"])
def test_whatever_a_scraper_takes(staff_client, client, accept):
    answer = staff_client.get(PATH, headers={"Accept": accept})

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/plain")
    assert one_error(APIClient().get(PATH, headers={"Accept": accept}), 403)[1] == "permission_denied"
