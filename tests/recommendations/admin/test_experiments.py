"""The pages of experiments."""

import json
import re

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from ml.experiments import Arm, lift_of
from recommendations.admin.experiment_figures import funnel_chart, lift_verdict, ratio_verdict
from recommendations.experiments.models import Experiment, Exposure, Variant
from recommendations.experiments.results import Funnel, Results, VariantResult
from recommendations.versions.models import RankingProfile
from tests.recommendations.experimenting import draft, shopper_in, start

pytestmark = pytest.mark.django_db
LIST = "admin:recommendations_experiment_changelist"


def page(client, pk) -> str:
    return client.get(reverse("admin:recommendations_experiment_change", args=[pk])).content.decode()


def steer(client, pk, verb: str):
    return client.post(reverse(f"admin:recommendations_experiment_{verb}", args=[pk]), follow=True)


def results_of(control: Arm, popular: Arm, ratio: float = 0.5, funnel: Funnel | None = None) -> Results:
    variants = (
        VariantResult("control", True, 0.5, control, funnel or Funnel(), None),
        VariantResult("popular", False, 0.5, popular, Funnel(), lift_of(control, popular)),
    )
    return Results(variants, (), ratio)


def test_an_experiment_is_made_with_its_variants(staff_client):
    RankingProfile.objects.create(name="bold")
    form = {"name": "Bolder", "slot": "home", "question": "", "variants-TOTAL_FORMS": 2, "variants-INITIAL_FORMS": 0}
    form |= {"variants-0-name": "control", "variants-0-share": 0.5, "variants-0-is_control": "on"}
    form |= {"variants-1-name": "bold", "variants-1-share": 0.5, "variants-1-ranking_profile": "bold"}

    response = staff_client.post(reverse("admin:recommendations_experiment_add"), form)

    assert response.status_code == 302
    assert Experiment.objects.get().state == "draft"
    assert list(Variant.objects.values_list("name", "is_control", "ranking_profile")) == [
        ("control", True, ""),
        ("bold", False, "bold"),
    ]


def test_a_draft_is_started_and_stopped_with_a_note_of_who_did_it(staff_client, staff):
    experiment = draft()
    assert "Start</button>" in page(staff_client, experiment.pk)

    started = steer(staff_client, experiment.pk, "start").content.decode()
    assert "its shoppers see their variants now" in started
    assert "Stop</button>" in started
    stopped = steer(staff_client, experiment.pk, "stop").content.decode()

    assert "everybody sees the default again" in stopped
    experiment.refresh_from_db()
    assert experiment.state == "stopped"
    assert LogEntry.objects.filter(user=staff, object_id=str(experiment.pk)).count() == 2


def test_what_is_refused_is_said_and_changes_nothing(staff_client):
    experiment = draft(control={"is_control": True, "share": 0.5}, other={"share": 0.7})

    assert "they add up to 1.2" in steer(staff_client, experiment.pk, "start").content.decode()
    experiment.refresh_from_db()
    assert experiment.state == "draft"


def test_the_page_shows_figures_words_and_charts(staff_client):
    running = start()
    for number in range(3):
        for variant in ("control", "popular"):
            shopper = shopper_in(running, variant, number)
            Exposure.objects.create(
                id=Exposure.id_of(running.id, shopper),
                experiment_id=running.id,
                variant_id=running.assigned(shopper).id,
                shopper_id=shopper,
            )

    html = page(staff_client, running.id)

    assert "The shares came out as asked for: 3 to 3 shoppers, 50 to 50 (p = 1.000)." in html
    assert "profile popular, 50 %" in html
    assert "Not decided" in html
    found = re.search(r'<script id="chart-conversion" type="application/json">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    assert json.loads(found[1])["labels"] == ["control", "popular"]
    assert 'role="img" aria-label="Conversion. The share of shoppers who ordered' in html
    assert 'name="name"' not in html
    assert "variants-TOTAL_FORMS" not in html


def test_neither_a_running_nor_a_stopped_experiment_is_deleted(staff_client):
    running = start()

    url = reverse("admin:recommendations_experiment_delete", args=[running.id])
    assert staff_client.post(url, {"post": "yes"}).status_code == 403
    bulk = {"action": "delete_selected", "_selected_action": [str(running.id)], "post": "yes"}
    staff_client.post(reverse(LIST), bulk)
    assert Experiment.objects.count() == 1


@pytest.mark.parametrize("verb", ["start", "stop"])
def test_staff_without_the_permission_and_mere_links_change_nothing(verb, client, staff, staff_client):
    experiment = draft()
    url = reverse(f"admin:recommendations_experiment_{verb}", args=[experiment.pk])
    assert staff_client.get(url).status_code == 405
    staff.is_superuser = False
    staff.save()

    assert staff_client.post(url).status_code == 403
    experiment.refresh_from_db()
    assert experiment.state == "draft"


def test_list_and_page_take_few_queries(staff_client, django_assert_max_num_queries):
    running = start()
    for number in range(8):
        draft(f"another {number}")

    with django_assert_max_num_queries(8):
        staff_client.get(reverse(LIST))
    with django_assert_max_num_queries(13):
        page(staff_client, running.id)


def test_a_mismatch_of_the_shares_is_an_alarm():
    verdict = ratio_verdict(results_of(Arm(900, 10), Arm(1_100, 10), ratio=0.0000077))

    assert verdict.state == "raised"
    assert "900 to 1,100 shoppers where 50 to 50 was asked for (p < 0.001)" in verdict.text


@pytest.mark.parametrize(("conversions", "text"), [(1_000, "Not decided"), (1_300, "Better than"), (700, "Worse than")])
def test_a_lift_is_judged_in_words(conversions, text):
    results = results_of(Arm(20_000, 1_000), Arm(20_000, conversions))

    assert lift_verdict(results.variants[1]).text.startswith(text)


def test_the_funnel_has_a_text_alternative():
    chart = funnel_chart(results_of(Arm(1, 0), Arm(1, 0), funnel=Funnel(200, 30, 10, 4)))

    assert chart is not None
    assert chart.description.endswith("control 15.0 clicks, 5.0 carts, 2.0 orders.")
    assert chart.spec["series"] == [{"label": "control", "values": [15.0, 5.0, 2.0]}]
