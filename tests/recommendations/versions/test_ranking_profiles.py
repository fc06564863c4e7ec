"""The row `learned` follows the version that serves; `classic` stays what it is; neither ranks by itself."""

import pytest
from django.apps import apps
from django.db import router

from ml.ranking import Weights
from recommendations.versions import artifact_store, ranking_profiles
from recommendations.versions.models import ModelVersion, RankingProfile
from recommendations.versions.ranking_profiles import (
    activate_profile,
    carried_over,
    follow_promoted_version,
    learned_figures,
    make_own_profiles,
    seed_profiles,
)
from recommendations.versions.services import promote_version, roll_back
from tests.recommendations.publishing import publish, served_now

pytestmark = pytest.mark.django_db

CLASSIC = {"cosine": 0.3, "popularity": 0.1, "category": 0.3, "keyword": 0.3}
BOLD = {"cosine": 0.55, "popularity": 0.25, "category": 0.1, "keyword": 0.1}
SHY = {"cosine": 0.1, "popularity": 0.05, "category": 0.65, "keyword": 0.2}


def learning(version: str, weights: dict[str, float]) -> str:
    """Write down that this version's training learned these weights."""
    ModelVersion.objects.filter(version=version).update(metrics={"learned_weights": {"weights": weights}})
    return version


def weights_of(name: str) -> dict[str, float]:
    return RankingProfile.objects.get(name=name).weights()


def test_a_new_shop_has_both_and_neither_is_active():
    RankingProfile.objects.all().delete()
    seed_profiles(sender=apps.get_app_config("recommendations"), using=router.db_for_write(RankingProfile))

    assert weights_of("classic") == weights_of("learned") == CLASSIC == vars(Weights())
    assert not RankingProfile.objects.filter(is_active=True).exists()


def test_what_is_there_stays_as_it_is():
    RankingProfile.objects.filter(name="learned").update(keyword_weight=0.5, is_active=True)
    make_own_profiles()

    row = RankingProfile.objects.get(name="learned")
    assert (row.keyword_weight, row.is_active) == (0.5, True)


def test_promotion_and_roll_back_bring_the_versions_own_weights(product):
    first = learning(publish([product]), BOLD)
    second = learning(publish([product], promote=False), SHY)

    promote_version(version=second)
    assert weights_of("learned") == SHY
    assert roll_back() == first
    assert weights_of("learned") == BOLD
    assert weights_of("classic") == CLASSIC
    assert not RankingProfile.objects.filter(is_active=True).exists()


def test_a_version_that_learned_none_brings_the_classic_ones(product):
    learning(publish([product]), BOLD)
    follow_promoted_version()
    assert weights_of("learned") == BOLD

    promote_version(version=publish([product], promote=False))

    assert weights_of("learned") == CLASSIC


def test_active_weights_change_with_the_version_and_stay_active(product):
    first = learning(publish([product]), BOLD)
    activate_profile(name="learned")
    promote_version(version=learning(publish([product], promote=False), SHY))
    assert served_now().weights == Weights(**SHY)

    promote_version(version=first)

    assert served_now().weights == Weights(**BOLD)
    assert RankingProfile.objects.get(is_active=True).name == "learned"


def test_of_two_promotions_at_once_the_pointer_decides(product, monkeypatch):
    """Another process promotes while this one writes."""
    first, second = learning(publish([product]), BOLD), learning(publish([product], promote=False), SHY)
    read = ranking_profiles._figures_of

    def slow(version):
        figures = read(version)
        if version == first:
            artifact_store.promote(second)
        return figures

    monkeypatch.setattr(ranking_profiles, "_figures_of", slow)
    follow_promoted_version()

    assert weights_of("learned") == SHY


@pytest.mark.parametrize("weights", [{"cosine": -1}, {"unknown": 1}], ids=["negative", "of another time"])
def test_figures_that_are_no_weights_bring_the_classic_ones(product, weights):
    learning(publish([product]), weights)

    follow_promoted_version()

    assert weights_of("learned") == CLASSIC


def test_a_row_that_was_deleted_comes_back(product):
    RankingProfile.objects.all().delete()
    learning(publish([product]), BOLD)

    follow_promoted_version()

    assert weights_of("learned") == BOLD


def test_the_figures_name_their_version(product):
    assert learned_figures() == {}
    version = publish([product])
    assert learned_figures() == {"version": version}
    learning(version, BOLD)

    assert learned_figures() == {"version": version, "weights": BOLD}


def test_a_version_trained_on_from_another_says_who_found_its_weights(product):
    version = publish([product])
    assert carried_over(version) == {}
    learning(version, BOLD)

    assert carried_over(version) == {"learned_weights": {"found_by": version, "weights": BOLD}}
    ModelVersion.objects.filter(version=version).update(
        metrics=carried_over(version) | {"learned_weights": {"found_by": "the first", "weights": BOLD}}
    )
    assert carried_over(version)["learned_weights"]["found_by"] == "the first"
