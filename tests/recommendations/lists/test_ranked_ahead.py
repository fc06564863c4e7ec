"""Lists ranked ahead: the same as ranked now, for as long as nothing they follow from has changed."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from ml import ranking
from ml.ranking import Discovery, Weights
from ml.serving_index import Moment
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import ShopperProfile
from recommendations.behaviour.profiles import History
from recommendations.lists.context import RankingContext
from recommendations.lists.intents.registry import FOR_YOU
from recommendations.lists.questions import Candidate, Question
from recommendations.lists.ranked_ahead import RANKED_AHEAD, packed, ranking_stamp, unpacked
from recommendations.rules.active_rules import RulesOfList
from recommendations.serving.models import IndexedProduct
from recommendations.shoppers.profiles import EMPTY_PROFILE
from recommendations.tasks import refresh_shopper
from recommendations.versions.models import RankingProfile
from tests.recommendations.publishing import ids, publish, served_now
from tests.recommendations.ruling import boost, hide, rule_set
from tests.recommendations.shopping import SHOPPER, act, for_you

STAMP = bytes(range(16))
ANCHOR = uuid.UUID(int=77)
CANDIDATES = (
    Candidate(uuid.UUID(int=1), 0.123456789012345, "vector", "carted_similar", ANCHOR, "", None, 3),
    Candidate(uuid.UUID(int=2), 0.1, "keyword", "search_match", None, "red garden lamp", None, 0),
    Candidate(uuid.UUID(int=3), 0.1, "keyword", "search_match", None, "„grüne“ lampe", None, 1),
    Candidate(uuid.UUID(int=4), 0.1, "vector", "viewed_similar", uuid.UUID(int=78), "", None, 1),
    Candidate(uuid.UUID(int=5), 0.1, "vector", "carted_similar", ANCHOR, "", None, 1),
    Candidate(uuid.UUID(int=6), 0.1, "keyword", "search_match", None, "red garden lamp", None, 2**20),
    Candidate(uuid.UUID(int=7), 0.0, "popular", "popular"),
)
CONTEXT = RankingContext(Question(FOR_YOU), EMPTY_PROFILE, None)


def test_what_is_packed_is_unpacked():
    assert unpacked(packed(CANDIDATES, STAMP), STAMP) == CANDIDATES


def test_as_many_are_unpacked_as_are_asked_for():
    kept = memoryview(packed(CANDIDATES, STAMP))

    assert unpacked(kept, STAMP, 2) == CANDIDATES[:2]
    assert unpacked(kept, STAMP, 9) == CANDIDATES


def test_each_anchor_and_each_search_is_kept_once():
    kept = packed(CANDIDATES, STAMP)

    assert kept.count(ANCHOR.bytes) == kept.count(b"red garden lamp") == 1


def test_nothing_is_unpacked_under_another_stamp():
    assert unpacked(packed(CANDIDATES, STAMP), bytes(16)) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"rules": RulesOfList(stamp="boosted")},
        {"moment": Moment(11, 20, False)},
        {"discovery": Discovery(12, 5)},
    ],
    ids=["rules", "moment", "discovery"],
)
@pytest.mark.django_db
def test_the_stamp_tells_what_is_asked_apart(changed, published):
    served = served_now()

    assert ranking_stamp(replace(CONTEXT, **changed), served) != ranking_stamp(CONTEXT, served)


@pytest.mark.parametrize(
    "changed",
    [{"version": "another"}, {"overlay_stamp": 1}, {"weights": Weights(cosine=0.4)}],
    ids=["version", "overlay", "weights"],
)
@pytest.mark.django_db
def test_the_stamp_tells_what_serves_apart(changed, published):
    served = served_now()

    assert ranking_stamp(CONTEXT, replace(served, **changed)) != ranking_stamp(CONTEXT, served)


@pytest.mark.django_db
def test_the_stamp_tells_nothing_else_apart(published):
    served = served_now()
    page = replace(CONTEXT, question=Question(FOR_YOU, limit=30, earlier=[ANCHOR]))

    assert ranking_stamp(page, served) == ranking_stamp(CONTEXT, served)


@pytest.fixture
def shopper(products, published):
    """A shopper with a bit of everything at times of its own, whose profile is written."""
    for days, kind, product in ((3, Kind.VIEW, 2), (11, Kind.PURCHASE, 4), (7, Kind.ADD_TO_CART, 1)):
        act(kind, products[product], occurred_at=timezone.now() - timedelta(days=days))
    act(Kind.SEARCH, query=products[7].title)
    refresh_shopper(str(SHOPPER))
    return ShopperProfile.objects.get(pk=SHOPPER)


@pytest.fixture
def ranked(monkeypatch):
    """How often a for-you list was ranked with the request."""
    calls: list[int] = []
    rank = ranking.rank_for_you

    def counted(*arguments, **options):
        calls.append(1)
        return rank(*arguments, **options)

    monkeypatch.setattr(ranking, "rank_for_you", counted)
    return calls


@pytest.mark.django_db
@pytest.mark.parametrize("limit", [1, 4, 12, 20])
def test_the_list_is_the_same_as_ranked_now(limit, shopper, ranked):
    ahead = for_you(limit=limit)
    assert ranked == []
    ShopperProfile.objects.update(ranked_ahead=b"")
    now = for_you(limit=limit)

    assert ranked == [1]
    assert ahead.items == now.items
    assert ahead.fallback_used == now.fallback_used


@pytest.mark.django_db
def test_the_history_need_not_be_read(shopper, monkeypatch):
    read: list[object] = []
    monkeypatch.setattr(History, "from_json", read.append)
    ahead = for_you(limit=4)

    assert len(ahead.items) == 4
    assert read == []


@pytest.mark.django_db
def test_every_page_of_a_list_comes_of_it(shopper, ranked):
    first = for_you(limit=2)
    second = for_you(limit=2, earlier=ids(first.items))

    assert ranked == []
    assert set(ids(first.items)).isdisjoint(ids(second.items))


@pytest.mark.django_db
def test_longer_lists_and_those_of_a_category_are_ranked_now(shopper, products, ranked):
    for_you(limit=RANKED_AHEAD)
    for_you(limit=2, category_id=products[0].category_id)

    assert ranked == [1, 1]


@pytest.mark.django_db
def test_what_is_sold_out_since_does_not_come(shopper, products, ranked):
    gone = for_you(limit=3).items[0].product
    gone.stock = 0
    gone.save()

    assert gone.pk not in ids(for_you(limit=3).items)
    assert ranked == []


@pytest.mark.django_db
def test_other_weights_rank_anew(shopper, ranked):
    RankingProfile.objects.update(is_active=False)
    RankingProfile.objects.create(name="popular", is_active=True, cosine_weight=0, keyword_weight=0)
    for_you(limit=3)

    assert ranked == [1]


@pytest.mark.django_db
def test_rules_rank_anew_until_the_profile_is_written_under_them(shopper, products, ranked):
    rule_set("Autumn", boost(products[6]), hide(products[0]))
    boosted = ids(for_you(limit=3).items)
    assert ranked == [1]
    refresh_shopper(str(SHOPPER))
    ranked.clear()

    assert ids(for_you(limit=3).items) == boosted
    assert boosted[0] == products[6].pk
    assert ranked == []


@pytest.mark.django_db
def test_rules_of_a_slot_of_their_own_rank_anew(shopper, products, ranked):
    rule_set("Home", boost(products[6], slot="home"))
    refresh_shopper(str(SHOPPER))
    ranked.clear()
    for_you(limit=3, slot="cart")
    assert ranked == []

    assert ids(for_you(limit=3, slot="home").items)[0] == products[6].pk
    assert ranked == [1]


@pytest.mark.django_db
def test_a_product_laid_over_ranks_anew(shopper, products, published, ranked):
    entry = {"category": products[0].category_id.hex, "text": "lamp", "popularity": 0.5}
    IndexedProduct.objects.create(product_id=products[0].pk, model_version=published, entry=entry)
    for_you(limit=3)
    assert ranked == [1]
    refresh_shopper(str(SHOPPER))
    ranked.clear()
    for_you(limit=3)

    assert ranked == []


@pytest.mark.django_db
def test_another_version_ranks_anew(shopper, products, ranked):
    publish(products)
    for_you(limit=3)

    assert ranked == [1]


@pytest.mark.django_db
def test_the_next_day_ranks_anew_for_its_discoveries(shopper, ranked, monkeypatch):
    monkeypatch.setattr("recommendations.lists.context.discovery_for", lambda shopper_id, day: Discovery(12, 999))
    for_you(limit=3)

    assert ranked == [1]
