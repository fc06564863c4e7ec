"""The shop's own ranking profiles in the admin: to look at and to activate, not to change."""

import pytest
from django.urls import reverse

from recommendations.versions.models import ModelVersion, RankingProfile
from tests.recommendations.publishing import publish

pytestmark = pytest.mark.django_db

FIGURES = {
    "weights": {"cosine": 0.4, "popularity": 0.1, "category": 0.4, "keyword": 0.1},
    "fitted_on": 1200,
    "fit": {"classic": 0.2, "learned": 0.25},
    "measured_on": 1190,
    "classic": 0.2104,
    "learned": 0.2321,
    "difference": 0.0217,
    "interval": [0.0101, 0.0333],
}


def page_of(name: str) -> str:
    return reverse("admin:recommendations_rankingprofile_change", args=[name])


@pytest.mark.parametrize("name", ["classic", "learned"])
def test_own_profiles_can_be_activated_and_neither_changed_nor_deleted(staff_client, name):
    before = RankingProfile.objects.get(name=name).weights()
    staff_client.post(page_of(name), {"name": "mine", "cosine_weight": 0.9, "keyword_weight": 0, "is_active": "on"})
    refused = staff_client.post(reverse("admin:recommendations_rankingprofile_delete", args=[name]), {"post": "yes"})

    row = RankingProfile.objects.get(name=name)
    assert (row.weights(), row.is_active) == (before, True)
    assert refused.status_code == 403
    assert RankingProfile.objects.count() == 2


def test_others_can_be_changed_and_deleted(staff_client):
    RankingProfile.objects.create(name="mine")
    weights = {"cosine_weight": 0.9, "popularity_weight": 0, "category_weight": 0, "keyword_weight": 0.1}

    staff_client.post(page_of("mine"), {"name": "mine"} | weights)
    assert RankingProfile.objects.get(name="mine").cosine_weight == 0.9
    staff_client.post(reverse("admin:recommendations_rankingprofile_delete", args=["mine"]), {"post": "yes"})

    assert not RankingProfile.objects.filter(name="mine").exists()


def test_classic_says_what_it_is(staff_client):
    assert "ranks by while no profile is active" in staff_client.get(page_of("classic")).content.decode()


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        pytest.param(None, "No model version serves yet", id="no version"),
        pytest.param({}, "Version {version} has learned none", id="none learned"),
        pytest.param(
            {"learned_weights": FIGURES},
            "Learned by the training of version {version}, from 1,200 products that were held out of shoppers’ pasts. "
            "On those of 1,190 other shoppers NDCG@10 is 0.232, and 0.210 by the classic weights: +0.022, 95 % "
            "interval +0.010 to +0.033.",
            id="learned",
        ),
        pytest.param(
            {"learned_weights": {"found_by": "20260101-030000-00ff"} | FIGURES},
            "version 20260101-030000-00ff, which version {version} was trained on from, from 1,200 products",
            id="carried over",
        ),
    ],
)
def test_learned_says_where_its_figures_come_from(staff_client, product, metrics, said):
    version = ""
    if metrics is not None:
        version = publish([product])
        ModelVersion.objects.filter(version=version).update(metrics=metrics)

    page = staff_client.get(page_of("learned")).content.decode()

    assert said.format(version=version) in page
