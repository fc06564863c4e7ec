"""Events made up in numbers: floods, crowds of made-up visitors, robots. Numbers are those of the list of faults."""

import random
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, visitor_token
from config.settings.api import THROTTLE_RATES
from recommendations.behaviour.event_weights import EVENT_WEIGHTS, Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.trust import MOST_PER_MINUTE, SHOPPERS_OF_ONE_ORIGIN
from recommendations.counting import buffers
from recommendations.counting.buffers import ImpressionBuffer, write_impressions
from recommendations.counting.models import Impression
from recommendations.experiments import exposures
from recommendations.experiments.models import Experiment, Exposure
from recommendations.experiments.results import experiment_results
from recommendations.learning import demand
from recommendations.learning.catalogue import read_catalogue
from recommendations.learning.log import read_log
from recommendations.learning.training import train
from recommendations.learning.training_data import build_training_data
from recommendations.lists.intents.registry import FOR_YOU, TRENDING
from shop.api.throttling import ScopedThrottle
from shop.catalogue.models import Product
from tests.recommendations.experimenting import shopper_in, start
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import recommend
from tests.recommendations.tastes import two_tastes

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("own_models")]
EVENTS = "/api/v1/events/"
FLOODED = 15
ADDRESS = "8.8.4.4"


@pytest.fixture
def products() -> list[Product]:
    """Sixteen products, each viewed by fifteen shoppers an hour ago."""
    return two_tastes()


@pytest.fixture
def limited(monkeypatch) -> None:
    """The limits of a real shop, which tests otherwise do without."""
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", THROTTLE_RATES)


def trending() -> dict[uuid.UUID, float]:
    """How much each product trends by the log as it is."""
    catalogue = read_catalogue()
    log = read_log(catalogue.positions()).log
    weights = demand.trending_weights(log, len(catalogue), timezone.now().timestamp())
    return {uuid.UUID(hex=raw_id): weight for raw_id, weight in zip(catalogue.raw_ids, weights.tolist(), strict=True)}


def flood(product: Product, events: int, *, shopper: uuid.UUID, over: timedelta) -> None:
    """Write views of one shopper, spread evenly over the time before now."""
    now = timezone.now()
    Interaction.objects.bulk_create(
        Interaction(shopper_id=shopper, kind=Kind.VIEW, product_id=product.pk, occurred_at=now - over * (n / events))
        for n in range(events)
    )


@pytest.mark.parametrize("over", [timedelta(minutes=5), timedelta(hours=5)], ids=["fast", "slow"])
def test_fault_40_ten_thousand_views_of_one_shopper_weigh_at_most_one(products, over):
    target = products[FLOODED]
    before = trending()

    flood(target, 10_000, shopper=uuid.UUID(int=10**6), over=over)

    after = trending()
    is_robot = 10_000 / over.total_seconds() > MOST_PER_MINUTE / 60
    assert is_robot == (over < timedelta(hours=1))
    one_view = EVENT_WEIGHTS[Kind.VIEW].weight
    assert after.pop(target.pk) - before.pop(target.pk) == pytest.approx(0 if is_robot else one_view, abs=0.02)
    assert after == pytest.approx(before, rel=1e-3)
    log = read_log(read_catalogue().positions())
    pairs = build_training_data(read_catalogue(), log).interactions
    assert pairs.weights.max() <= one_view
    assert len(pairs) == 40 * 6 + (not is_robot)


def test_fault_40_the_rank_of_what_is_flooded_stays_within_one_view(products):
    """The rail itself: one view more is all that ten thousand give, and real interest of two shoppers beats it."""
    now = timezone.now()
    wanted, flooded = products[2], products[FLOODED]
    for shopper in (10**6 + 1, 10**6 + 2):
        Interaction.objects.create(
            shopper_id=uuid.UUID(int=shopper), kind=Kind.VIEW, product_id=wanted.pk, occurred_at=now
        )
    flood(flooded, 10_000, shopper=uuid.UUID(int=10**6), over=timedelta(hours=5))
    train(is_measured=False)

    first = recommend(shopper_id=None, intent=TRENDING, limit=3).items[0]

    assert first.product.pk == wanted.pk


def test_fault_40_one_caller_is_turned_away_and_told_when_to_come_back(products, limited):
    api, token = APIClient(), visitor_token(uuid.uuid4())
    event = {"kind": "view", "product": str(products[0].pk)}
    before = Interaction.objects.count()

    def send(body: dict) -> int:
        return api.post(EVENTS, body, "json", headers={TOKEN_HEADER: token}).status_code

    # 500 events cost as much as ten requests of one: 600 a minute are 30,000 events in batches.
    with time_machine.travel(datetime(2026, 1, 1, 12, 0, 10, tzinfo=UTC), tick=False):
        statuses = Counter(send({"events": [event] * 500}) for _ in range(20))
        statuses += Counter(send(event) for _ in range(410))
        refused = api.post(EVENTS, event, "json", headers={TOKEN_HEADER: token})

    assert statuses == {202: 20 + 400, 429: 10}
    assert (refused.status_code, refused["Retry-After"]) == (429, "50")
    assert Interaction.objects.count() - before == 20 * 500 + 400


def test_fault_40_fresh_visitors_of_one_address_share_a_limit(products, limited, monkeypatch):
    monkeypatch.setattr(
        ScopedThrottle, "THROTTLE_RATES", THROTTLE_RATES | {"events_of_one_address": "5/day", "events": "600/min"}
    )
    event = {"kind": "view", "product": str(products[0].pk)}

    def fresh(address: str) -> int:
        return APIClient(REMOTE_ADDR=address).post(EVENTS, event, "json").status_code

    assert [fresh(ADDRESS) for _ in range(7)] == [202] * 5 + [429] * 2
    assert fresh("8.8.8.8") == 202
    assert [fresh("10.0.0.1") for _ in range(7)] == [202] * 7  # a proxy's address tells nothing of who calls


def test_fault_40_pages_beyond_the_limit_are_shown_and_not_recorded(products, client, monkeypatch):
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", dict.fromkeys(THROTTLE_RATES) | {"events": "3/day"})
    before = Interaction.objects.count()

    with_pages = [client.get(products[0].get_absolute_url()).status_code for _ in range(6)]

    assert with_pages == [200] * 6
    assert Interaction.objects.count() - before <= 3


def test_fault_40_however_many_visitors_one_address_makes_up_five_count(products, django_capture_on_commit_callbacks):
    before, target = trending(), products[FLOODED]
    with django_capture_on_commit_callbacks():
        for _ in range(60):
            APIClient(REMOTE_ADDR=ADDRESS).post(EVENTS, {"kind": "view", "product": str(target.pk)}, "json")
        for address in ("8.8.8.8", "1.1.1.1", "9.9.9.9"):
            APIClient(REMOTE_ADDR=address).post(EVENTS, {"kind": "view", "product": str(products[0].pk)}, "json")

    after = trending()

    assert Interaction.objects.filter(product_id=target.pk, origin__isnull=False).count() == 60
    assert after[target.pk] - before[target.pk] == pytest.approx(SHOPPERS_OF_ONE_ORIGIN, abs=0.01)
    assert after[products[0].pk] - before[products[0].pk] == pytest.approx(3, abs=0.01)
    # Nothing that an address could be read from is stored.
    stored = {row.origin for row in Interaction.objects.exclude(origin=None)}
    assert stored <= set(range(2**16))
    assert len(stored) == 4


def test_fault_43_a_crawler_sees_every_page_and_leaves_no_trace(products, client):
    before = Interaction.objects.count()
    robot = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}

    seen = [client.get(product.get_absolute_url(), headers=robot).status_code for product in products]
    searched = client.get("/search/", {"q": "lamp"}, headers=robot).status_code
    answer = APIClient().post(EVENTS, {"kind": "view", "product": str(products[0].pk)}, "json", headers=robot)

    assert ({*seen}, searched, answer.status_code) == ({200}, 200, 403)
    assert answer.json()["errors"][0]["detail"] == "What robots do is not recorded."
    assert Interaction.objects.count() == before


def test_fault_43_a_robot_that_says_nothing_is_known_by_its_speed(products):
    robot, second = uuid.UUID(int=10**6), timedelta(seconds=1)
    start_of_run = timezone.now() - timedelta(minutes=30)
    pages = random.Random(0).choices(products, k=300)
    Interaction.objects.bulk_create(
        Interaction(shopper_id=robot, kind=Kind.VIEW, product_id=page.pk, occurred_at=start_of_run + second * n / 4)
        for n, page in enumerate(pages)
    )
    catalogue = read_catalogue()

    log = read_log(catalogue.positions())

    assert (len(log), log.n_shoppers) == (40 * 6, 40)
    row = train(is_measured=False)
    assert (row.interaction_count, row.metrics["shoppers"]) == (40 * 6, 40)


def test_fault_43_robots_are_in_no_figure_of_an_experiment(products, client, monkeypatch):
    monkeypatch.setattr(exposures, "_memory", exposures.ExposureMemory())
    monkeypatch.setattr(buffers, "_impressions", ImpressionBuffer())
    publish(products)
    running = start()
    person, robot = shopper_in(running, "popular"), shopper_in(running, "popular", 1)
    began = timezone.now()
    Experiment.objects.update(started_at=began - timedelta(minutes=1))
    lists = [recommend(shopper_id=shopper, intent=FOR_YOU, slot="home") for shopper in (person, robot)]
    write_impressions()
    for shopper, found, clicks in ((person, lists[0], 3), (robot, lists[1], MOST_PER_MINUTE + 1)):
        Interaction.objects.bulk_create(
            Interaction(
                shopper_id=shopper,
                kind=Kind.VIEW,
                product_id=products[n % 16].pk,
                recomm_id=found.recomm_id,
                occurred_at=timezone.now(),
            )
            for n in range(clicks)
        )
    known = Exposure.objects.count()
    crawled = client.get("/", headers={"User-Agent": "bingbot/2.0"})
    write_impressions()

    popular = next(v for v in experiment_results(Experiment.objects.get()).variants if v.name == "popular")

    assert (popular.arm.shoppers, popular.funnel.impressions, popular.funnel.clicks) == (1, 1, 3)
    assert crawled.status_code == 200
    assert (Exposure.objects.count(), Impression.objects.count()) == (known, 2)
