"""The cache fails, or its busiest value expires under load."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse

from config.caches import redis as redis_cache
from recommendations.lists.context import RankingContext
from recommendations.lists.intents.for_you import FOR_YOU, ForYou
from recommendations.lists.questions import Candidates, Question
from recommendations.shoppers.profiles import EMPTY_PROFILE
from shop.catalogue import navigation, stale_cache
from tests.factories import CategoryFactory, ProductFactory
from tests.faults.toxic_proxy import Toxic
from tests.recommendations.publishing import publish, served_now

PARALLEL_REQUESTS, THREADS = 500, 50
# A cache that is away is left alone so long.
QUIET_SECONDS = 10


@pytest.fixture
def cache_on(settings):
    """Makes the cache of this process the Redis behind a port."""

    def use(port: int) -> None:
        settings.CACHES = {
            "default": {"BACKEND": "config.caches.redis.Cache", "LOCATION": f"redis://127.0.0.1:{port}/1"}
        }

    return use


@pytest.mark.redis
@pytest.mark.django_db
@pytest.mark.parametrize("toxic", [Toxic.REFUSE, Toxic.SILENT, Toxic.SLOW, Toxic.RESET, Toxic.SLICE])
def test_fault_11_pages_are_served_whatever_the_cache_does(to_redis, cache_on, client, product, toxic):
    cache_on(to_redis.port)
    cache.set("before", 1)
    to_redis.toxic = toxic
    if toxic is Toxic.REFUSE:
        to_redis.cut()
    started, asked_before = time.monotonic(), to_redis.requests
    pages = [client.get(reverse("shop:home")), client.get(product.get_absolute_url()), client.get("/api/v1/products/")]
    event = client.post("/api/v1/events/", {"kind": "view", "product": str(product.pk)}, "application/json")

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert event.status_code == 202
    asked, seconds = to_redis.requests - asked_before, time.monotonic() - started
    if toxic is not Toxic.SLICE:  # which is an answer, and the cache goes on being asked
        assert asked <= 1 + seconds // QUIET_SECONDS  # one attempt, not one for each value of each page


@pytest.mark.redis
def test_fault_11_the_cache_is_used_again_when_it_is_back(to_redis, cache_on, monkeypatch):
    cache_on(to_redis.port)
    to_redis.toxic = Toxic.REFUSE
    cache.set("of-that-time", 1)
    assert cache.get("of-that-time") == 1

    to_redis.toxic = Toxic.NONE
    monkeypatch.setitem(redis_cache.Cache.quiet_until, f"redis://127.0.0.1:{to_redis.port}/1", time.monotonic() - 1)

    assert cache.get("of-that-time") is None
    cache.set("now", 2)
    monkeypatch.setattr(redis_cache.Cache, "failures", ())
    assert cache.get("now") == 2


@pytest.mark.redis
@pytest.mark.django_db
def test_fault_20_an_expired_value_is_made_by_one_of_500_requests(redis, cache_on, monkeypatch):
    cache_on(redis.port)
    CategoryFactory(name="Kitchen")
    first = navigation.category_menu()
    made, may_end = [], threading.Event()

    def make_slowly() -> list[navigation.MenuEntry]:
        made.append(1)
        may_end.wait(120)
        return first

    monkeypatch.setattr(navigation, "_read_menu", make_slowly)
    monkeypatch.setattr(stale_cache.time, "time", lambda now=time.time: now() + navigation._SECONDS + 1)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = [pool.submit(navigation.category_menu) for _ in range(PARALLEL_REQUESTS)]
        shown = [answer.result(120) for answer in answers[THREADS:]]
        may_end.set()
        shown += [answer.result(120) for answer in answers[:THREADS]]

    assert shown == [first] * PARALLEL_REQUESTS
    assert len(made) == 1


@pytest.mark.django_db
def test_fault_20_a_rail_of_strangers_is_ranked_by_one_of_500_requests(category, monkeypatch):
    publish(ProductFactory.create_batch(8, category=category, rating_sum=5, rating_count=1))
    context = RankingContext(Question(FOR_YOU), EMPTY_PROFILE, served_now())
    made, may_end, rank = [], threading.Event(), ForYou.rank

    def rank_slowly(*asked: Any) -> Candidates:
        made.append(1)
        may_end.wait(120)
        return rank(*asked)

    monkeypatch.setattr(ForYou, "rank", rank_slowly)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = [pool.submit(FOR_YOU.candidates, context, 4) for _ in range(PARALLEL_REQUESTS)]
        may_end.set()
        shown = [answer.result(120) for answer in answers]

    assert len(shown[0].ranked) == 4
    assert shown == [shown[0]] * PARALLEL_REQUESTS
    assert len(made) == 1
