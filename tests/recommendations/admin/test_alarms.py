"""The page of alarms: the newest figure of each check with what it means, and what was raised."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recommendations.monitoring.models import Alarm, Check, Measurement

pytestmark = pytest.mark.django_db
LIST = "admin:recommendations_alarm_changelist"


def measure(value: float | None, *, hours: int = 0, check: Check = Check.DRIFT_KIND) -> None:
    Measurement.objects.create(
        name=check.value,
        value=value,
        most=0.25,
        explanation=f"Measured as {value}.",
        measured_at=timezone.now() - timedelta(hours=hours),
    )


def page(client) -> str:
    return client.get(reverse(LIST)).content.decode()


def test_before_the_first_measurement_it_says_what_will_come(staff_client):
    html = page(staff_client)

    assert "Nothing has been measured yet." in html
    assert "<canvas" not in html


def test_each_check_has_its_newest_figure_and_a_chart(staff_client, django_assert_max_num_queries):
    measure(0.1, hours=2)
    measure(0.4)
    measure(None, check=Check.COVERAGE)
    with django_assert_max_num_queries(8):
        html = page(staff_client)

    states = re.findall(
        r'<h2 class="kindred-title">([^<]+)</h2>\s*<span class="kindred-state kindred-state-(\w+)"', html
    )
    assert dict(states) == {check.label: "unknown" for check in Check} | {Check.DRIFT_KIND.label: "raised"}
    assert states[0][0] == Check.DRIFT_KIND.label
    assert "Measured as 0.4." in html
    assert "Between 0.1 and 0.4 in the last day." in html
    found = re.search(r'<script id="chart-drift_kind" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    assert [(one["label"], one["values"]) for one in json.loads(found[1])["series"]] == [
        ("Measured", [0.1, 0.4]),
        ("Most", [0.25, 0.25]),
    ]


def test_within_its_bounds_a_check_is_fine(staff_client):
    measure(0.2)

    assert "kindred-state-fine" in page(staff_client)


def test_alarms_are_listed_by_what_they_are_about(staff_client):
    raised = Alarm.objects.create(name=Check.EVENT_RATE.value, value=0.1, threshold=0.5, message="Nobody is here.")
    Alarm.objects.create(name="full_disk", cleared_at=timezone.now())
    html = page(staff_client)

    assert "Event rate" in html
    assert "Full disk" in html
    html = staff_client.get(reverse("admin:recommendations_alarm_change", args=[raised.pk])).content.decode()
    assert "Nobody is here." in html
