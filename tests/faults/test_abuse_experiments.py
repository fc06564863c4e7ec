"""Whether an experiment can be trusted: fault 48 of the list, through requests, log and figures.

Placing and the always valid test by themselves are in tests/ml/test_experiments.py.
"""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, visitor_token
from ml.experiments import SAMPLE_RATIO_ALARM, Arm, assign_share, lift_of, sample_ratio_p_value
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.counting import buffers
from recommendations.counting.buffers import ImpressionBuffer
from recommendations.experiments import exposures
from recommendations.experiments.models import Experiment, Exposure
from recommendations.experiments.results import experiment_results
from recommendations.experiments.running import RunningExperiment
from shop.catalogue.models import Product
from tests.factories import PASSWORD, UserFactory
from tests.recommendations.experimenting import shopper_in, start
from tests.recommendations.publishing import publish
from tests.recommendations.tastes import two_tastes

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("own_models")]
LISTS = "/api/v1/recommendations/"
RUNS, LOOKS, SHOPPERS, RATE = 1_000, 10, 400, 0.2


@pytest.fixture(autouse=True)
def _own_memory(monkeypatch):
    monkeypatch.setattr(exposures, "_memory", exposures.ExposureMemory())
    monkeypatch.setattr(buffers, "_impressions", ImpressionBuffer())


@pytest.fixture
def products() -> list[Product]:
    found = two_tastes()
    publish(found)
    return found


def variant_seen(api: APIClient, **headers: str) -> str:
    return api.get(LISTS, {"slot": "home"}, headers=headers).json()["variant"]


def device(email: str, visitor: uuid.UUID) -> APIClient:
    """A browser of this visitor in which the account then signs in, by the shop's own form."""
    api = APIClient()
    api.cookies["kindred_visitor"] = visitor_token(visitor)
    answer = api.post(reverse("account_login"), {"login": email, "password": PASSWORD}, format="multipart")
    assert answer.status_code == 302
    return api


def test_fault_48_one_variant_on_every_device_from_the_first_look_on(products, monkeypatch):
    running, user = start(), UserFactory()
    own = running.assigned(user.pk).name
    other = "control" if own == "popular" else "popular"
    phone = shopper_in(running, other)
    laptop = shopper_in(running, own)
    assert variant_seen(APIClient(), **{TOKEN_HEADER: visitor_token(phone)}) == other

    first, second = device(user.email, phone), device(user.email, laptop)
    monkeypatch.setattr(exposures, "_memory", exposures.ExposureMemory())  # as another process knows it

    assert {variant_seen(api) for api in (first, second) for _ in range(3)} == {other}
    third = device(user.email, uuid.uuid4())
    assert variant_seen(third) == other
    assert Exposure.objects.filter(shopper_id=user.pk).count() == 1
    assert len({row.variant_id for row in Exposure.objects.filter(shopper_id__in=[user.pk, phone])}) == 1


def expose(running: RunningExperiment, placed: dict[str, int]) -> None:
    """Let so many shoppers see each variant; every tenth of them buys."""
    moment = timezone.now() - timedelta(hours=1)
    Experiment.objects.update(started_at=moment)
    ids = {variant.name: variant.id for variant in running.variants}
    shoppers = [(name, uuid.uuid4()) for name, count in placed.items() for _ in range(count)]
    Exposure.objects.bulk_create(
        Exposure(
            id=Exposure.id_of(running.id, shopper),
            experiment_id=running.id,
            variant_id=ids[name],
            shopper_id=shopper,
            exposed_at=moment,
        )
        for name, shopper in shoppers
    )
    Interaction.objects.bulk_create(
        Interaction(shopper_id=shopper, kind=Kind.PURCHASE, product_id=uuid.uuid4(), value=1)
        for _, shopper in shoppers[::10]
    )


@pytest.mark.parametrize(
    ("placed", "is_broken"),
    [({"control": 1_000, "popular": 1_010}, False), ({"control": 1_000, "popular": 830}, True)],
    ids=["by chance", "every sixth is lost"],
)
def test_fault_48_a_broken_split_is_an_alarm_where_the_figures_are_read(products, staff_client, placed, is_broken):
    expose(start(), placed)
    row = Experiment.objects.get()

    results = experiment_results(row)
    page = staff_client.get(reverse("admin:recommendations_experiment_change", args=[row.pk])).content.decode()

    assert (results.ratio_p_value < SAMPLE_RATIO_ALARM) == is_broken
    assert {v.name: v.arm.shoppers for v in results.variants} == placed
    assert ("something other than chance" in page.lower() or "other shares" in page.lower()) == is_broken


def test_fault_48_of_a_thousand_experiments_without_a_difference_five_percent_or_fewer_are_found_different():
    """Placed by the shop's own hash and looked at ten times each, as impatient people do."""
    random = np.random.default_rng(20261121)
    shoppers = [uuid.UUID(int=number * 7_919) for number in range(1, SHOPPERS + 1)]
    looks = range(SHOPPERS // LOOKS, SHOPPERS + 1, SHOPPERS // LOOKS)
    found = broken = 0
    for _ in range(RUNS):
        experiment = uuid.UUID(bytes=random.bytes(16))
        placed = np.array([assign_share(experiment, shopper, [0.5, 0.5]) for shopper in shoppers])
        ordered = random.random(SHOPPERS) < RATE
        seen = np.cumsum(np.stack([placed == 0, placed == 1]), axis=1)
        bought = np.cumsum(np.stack([ordered & (placed == 0), ordered & (placed == 1)]), axis=1)
        arms = [[Arm(int(seen[side, look - 1]), int(bought[side, look - 1])) for side in (0, 1)] for look in looks]
        found += any(lift_of(*pair).p_value <= 0.05 for pair in arms)
        broken += sample_ratio_p_value([arm.shoppers for arm in arms[-1]], [0.5, 0.5]) < SAMPLE_RATIO_ALARM

    assert found / RUNS <= 0.05
    assert broken / RUNS <= 0.005
