"""The page of a model version: its training and its quality, drawn."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recommendations.versions.models import ModelVersion, Segmentation, SegmentKind

pytestmark = pytest.mark.django_db
FIGURES = {"hr_at_10": 0.5, "ndcg_at_10": 0.25, "ndcg_at_20_full": 0.125, "coverage_at_20": 0.75}
METRICS = {
    "held_out": 20,
    "history": [{"epoch": 1, "loss": 2.0}, {"epoch": 2, "loss": 1.0}],
    "quality": {"dmf": FIGURES, "popularity": FIGURES},
}


def make(day: int, *, status=ModelVersion.Status.READY, metrics=METRICS) -> ModelVersion:
    return ModelVersion.objects.create(
        version=f"202601{day:02}-000000-0000",
        status=status,
        metrics=metrics,
        created_at=timezone.now() - timedelta(days=60 - day),
    )


def page(client, row: ModelVersion) -> str:
    return client.get(reverse("admin:recommendations_modelversion_change", args=[row.version])).content.decode()


def drawn(html: str, name: str) -> list[str]:
    found = re.search(rf'<script id="{name}" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return [series["label"] for series in json.loads(found[1])["series"]]


def test_the_page_draws_training_and_quality_beside_the_four_usable_versions_before(staff_client):
    rows = [make(day) for day in range(1, 7)]
    make(7, status=ModelVersion.Status.REFUSED)
    last = make(8)
    make(9)

    html = page(staff_client, last)

    assert drawn(html, "chart-history") == ["Loss"]
    earlier = [f"dmf, {row.version}" for row in reversed(rows[2:])]
    assert drawn(html, "chart-quality") == ["dmf, this version", "popularity", *earlier]
    assert "The loss went from 2.0000 to 1.0000." in html


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(ModelVersion.Status.READY, "No figures: this version was trained without measuring", id="ready"),
        pytest.param(ModelVersion.Status.TRAINING, "The training is running", id="training"),
    ],
)
def test_a_version_without_figures_says_so(staff_client, status, text):
    html = page(staff_client, make(1, status=status, metrics={}))

    assert text in html
    assert "<canvas" not in html


def test_the_page_links_the_segments_of_the_version_in_a_constant_number_of_queries(
    staff_client, django_assert_max_num_queries
):
    row = make(1)
    found = [Segmentation.objects.create(model_version=row.version, kind=kind, segment_count=3) for kind in SegmentKind]
    Segmentation.objects.create(model_version="20250101-000000-0000", kind="shoppers", segment_count=9)
    for day in range(2, 10):
        make(day)

    with django_assert_max_num_queries(7):
        html = page(staff_client, row)

    assert all(reverse("admin:recommendations_segmentation_change", args=[one.pk]) in html for one in found)
    assert "9 of shoppers" not in html


def test_a_version_that_does_not_exist_leads_back(staff_client):
    assert (
        staff_client.get(
            reverse("admin:recommendations_modelversion_change", args=["20200101-000000-0000"])
        ).status_code
        == 302
    )


def test_a_cancelled_training_is_shown_as_cancelled(staff_client):
    row = make(1, status=ModelVersion.Status.CANCELLED, metrics={})

    html = staff_client.get(reverse("admin:recommendations_modelversion_changelist")).content.decode()

    assert "Cancelled" in html.partition(row.version)[2].partition("</tr>")[0]
    assert "Cancelled" in page(staff_client, row)
