"""Shoppers in experiments: who sees which variant, before and after signing in."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError

from ml.experiments import sample_ratio_p_value
from recommendations.behaviour.event_weights import Kind
from recommendations.counting import buffers
from recommendations.counting.buffers import ImpressionBuffer, write_impressions
from recommendations.counting.models import Impression
from recommendations.experiments import exposures
from recommendations.experiments.models import Exposure
from recommendations.experiments.services import stop_experiment
from recommendations.lists.intents.registry import RECENTLY_VIEWED
from recommendations.lists.recommending import Recommendations
from recommendations.shoppers.visitors import link_visitor
from recommendations.tasks import refresh_shopper
from recommendations.versions import artifact_store
from recommendations.versions.models import RankingProfile
from tests.recommendations.experimenting import shopper_in, start
from tests.recommendations.publishing import ids, publish
from tests.recommendations.ruling import hide, pin, rule_set
from tests.recommendations.shopping import act, recommend
from tests.recommendations.shopping import for_you as list_for

pytestmark = pytest.mark.django_db

USER = uuid.UUID(int=77)


@pytest.fixture(autouse=True)
def _own_memory(monkeypatch):
    monkeypatch.setattr(exposures, "_memory", exposures.ExposureMemory())
    monkeypatch.setattr(buffers, "_impressions", ImpressionBuffer())


def for_you(shopper: uuid.UUID | None, slot: str = "home", **options: Any) -> Recommendations:
    return list_for(shopper, slot=slot, **options)


def new_process(monkeypatch) -> None:
    monkeypatch.setattr(exposures, "_memory", exposures.ExposureMemory())


def test_each_variant_ranks_by_its_own_weights(products, published):
    experiment = start()
    plain, popular = shopper_in(experiment, "control"), shopper_in(experiment, "popular")
    for shopper in (plain, popular):
        act(Kind.VIEW, products[1], shopper=shopper)

    of_control, of_variant = for_you(plain, limit=4), for_you(popular, limit=4)

    assert (of_control.variant, of_variant.variant) == ("control", "popular")
    assert of_control.items[0].product.category == products[1].category
    assert of_variant.items[0].product == products[7]
    assert ids(of_control.items) != ids(of_variant.items)


def test_a_variant_may_be_another_model_version(products, monkeypatch):
    older = publish(products, [[1, 0]] * 8)
    newer = publish(products, [[1, 0, 0], [0, 1, 0]] * 4)
    experiment = start(older={"model_version": older})
    shopper = shopper_in(experiment, "older")
    act(Kind.VIEW, products[0], shopper=shopper)
    refresh_shopper(str(shopper))

    assert for_you(shopper).model_version == older
    assert for_you(shopper_in(experiment, "control")).model_version == newer


def test_with_a_damaged_version_its_shoppers_see_the_default_and_do_not_count(products, caplog):
    older, newer = publish(products), publish(products)
    experiment = start(older={"model_version": older})
    (artifact_store.directory_of(older) / "item_vectors.npy").write_bytes(b"")

    found = for_you(shopper_in(experiment, "older"))

    assert (found.model_version, found.variant) == (newer, None)
    assert Exposure.objects.count() == 0
    assert "of an experiment cannot be used" in caplog.text


def test_profile_edited_later_changes_nothing_that_is_compared(products, published):
    experiment = start()
    shopper = shopper_in(experiment, "popular")
    before = ids(for_you(shopper).items)
    RankingProfile.objects.filter(name="popular").update(popularity_weight=0, category_weight=1)

    assert ids(for_you(shopper).items) == before


def test_a_shopper_always_sees_the_same_variant(products, published, monkeypatch):
    start()
    first = {number: for_you(uuid.UUID(int=number)).variant for number in range(1, 30)}
    new_process(monkeypatch)

    assert {number: for_you(uuid.UUID(int=number)).variant for number in range(1, 30)} == first
    assert set(first.values()) == {"control", "popular"}
    assert Exposure.objects.count() == 29


def test_the_shares_are_kept(products, published):
    experiment = start(popular={"ranking_profile": "popular", "share": 0.3}, rest={"share": 0.7, "is_control": True})
    placed = [experiment.assigned(uuid.UUID(int=number)).name for number in range(1, 5_001)]

    assert sample_ratio_p_value([placed.count("popular"), placed.count("rest")], [0.3, 0.7]) > 0.01


def test_a_visitors_variant_holds_for_the_account(products, published, monkeypatch):
    experiment = start()
    other_than_own = "control" if experiment.assigned(USER).name == "popular" else "popular"
    visitor = shopper_in(experiment, other_than_own)
    assert for_you(visitor).variant == other_than_own

    link_visitor(visitor_id=visitor, user_id=USER)

    assert for_you(USER).variant == other_than_own
    new_process(monkeypatch)
    assert for_you(USER).variant == other_than_own
    refresh_shopper(str(USER))
    new_process(monkeypatch)
    assert for_you(USER).variant == other_than_own
    assert Exposure.objects.filter(shopper_id=USER).count() == 1


def test_an_account_that_saw_a_variant_keeps_it_whatever_a_visitor_saw(products, published, monkeypatch):
    experiment = start()
    own = for_you(USER).variant
    visitor = shopper_in(experiment, "control" if own == "popular" else "popular")
    for_you(visitor)

    link_visitor(visitor_id=visitor, user_id=USER)
    new_process(monkeypatch)

    assert for_you(USER).variant == own


def test_of_two_visitors_the_first_one_signed_in_decides(products, published, monkeypatch):
    experiment = start()
    first, second = shopper_in(experiment, "popular"), shopper_in(experiment, "control")
    for visitor in (first, second):
        for_you(visitor)
        link_visitor(visitor_id=visitor, user_id=USER)
    new_process(monkeypatch)

    assert for_you(USER).variant == "popular"


def test_only_the_slot_of_the_experiment_is_changed(products, published):
    experiment = start(slot="home")
    shopper = shopper_in(experiment, "popular")

    assert for_you(shopper, slot="home").variant == "popular"
    assert for_you(shopper, slot="cart").variant is None
    assert recommend(shopper_id=shopper, intent=RECENTLY_VIEWED, slot="home").variant is None
    assert for_you(None, slot="home").variant is None


def test_a_list_for_no_slot_is_outside_of_experiments_in_all_slots(products, published):
    experiment = start()

    assert for_you(shopper_in(experiment, "popular"), slot="").variant is None
    assert not Exposure.objects.exists()


def test_after_the_stop_everybody_sees_the_default(products, published):
    experiment = start()
    shopper = shopper_in(experiment, "popular")
    during = ids(for_you(shopper, limit=8).items)
    stop_experiment(experiment_id=experiment.id)

    after = for_you(shopper, limit=8)

    assert after.variant is None
    assert ids(after.items) == ids(for_you(uuid.uuid4(), limit=8).items)
    assert during != []
    assert Exposure.objects.count() == 1


def test_no_request_makes_more_than_three_queries_and_one_insert(
    products, published, queries, django_assert_max_num_queries, monkeypatch
):
    experiment = start()
    shopper = shopper_in(experiment, "popular")
    refresh_shopper(str(shopper))
    for_you(uuid.UUID(int=5))
    look = 4
    with queries(look + 3):  # profile, products, the exposure
        for_you(shopper, limit=4)
    with queries(look + 2):
        for_you(shopper, limit=4)
    new_process(monkeypatch)
    with django_assert_max_num_queries(look + 3):  # the exposure again, of which nothing is written
        for_you(shopper, limit=4)

    assert Exposure.objects.filter(shopper_id=shopper).count() == 1


def test_each_list_is_an_impression_of_the_list_as_shown(products, published):
    experiment = start(slot="home")
    shopper = shopper_in(experiment, "popular")
    shown = [for_you(shopper, slot="home", limit=3) for _ in range(2)]
    assert Impression.objects.count() == 0

    write_impressions()

    rows = Impression.objects.order_by("shown_at")
    assert [row.pk for row in rows] == [found.recomm_id for found in shown]
    assert {(row.slot, row.intent, row.model_version, row.product_count, row.variant_id) for row in rows} == {
        ("home", "for_you", published, 3, experiment.assigned(shopper).id)
    }


def test_with_the_behaviour_database_away_shoppers_are_strangers_outside_of_the_experiment(
    products, published, monkeypatch
):
    experiment = start()

    def away(*_):
        raise DatabaseError("away")

    for_you(uuid.UUID(int=5))
    monkeypatch.setattr("recommendations.shoppers.profiles.record_exposure", away)
    found = for_you(shopper_in(experiment, "popular"))

    assert found.variant is None
    assert len(found.items) == 8


def test_a_variant_may_bring_rules_on_top_of_those_for_everybody(products, published):
    rule_set("Everybody", hide(products[6]))
    rule_set("Compared", pin(products[0], 1), hide(products[7]), active=False)
    experiment = start(slot="home", ruled={"rule_set": "Compared"})
    plain, ruled = shopper_in(experiment, "control"), shopper_in(experiment, "ruled")

    of_control, of_variant = ids(for_you(plain, limit=8).items), ids(for_you(ruled, limit=8).items)

    assert of_variant[0] == products[0].pk
    assert products[7].pk in of_control
    assert {products[6].pk, products[7].pk}.isdisjoint(of_variant)
    assert products[6].pk not in of_control
    elsewhere = for_you(ruled, slot="cart", limit=8)
    assert products[7].pk in ids(elsewhere.items)
    stop_experiment(experiment_id=experiment.id)
    assert products[7].pk in ids(for_you(ruled, limit=8).items)
