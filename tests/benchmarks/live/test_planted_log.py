"""The planted log: as long as asked, by the shop's shoppers, most of it of their own taste."""

import uuid

import pytest

from benchmarks.datasets.planted import OWN_TASTE, TASTES
from benchmarks.live.planted_log import write_log
from benchmarks.serving.filling import product_id, shopper_id
from recommendations.behaviour.models import Interaction

pytestmark = pytest.mark.django_db
N_PRODUCTS, N_SHOPPERS = 100, 50


def test_most_of_what_a_shopper_does_is_of_their_taste():
    write_log(2_000, n_products=N_PRODUCTS, n_shoppers=N_SHOPPERS)

    products: dict[uuid.UUID | None, int] = {product_id(number): number for number in range(N_PRODUCTS)}
    shoppers = {shopper_id(number): number for number in range(N_SHOPPERS)}
    rows = Interaction.objects.values_list("shopper_id", "product_id")
    own = sum(shoppers[shopper] % TASTES == products[product] % TASTES for shopper, product in rows)
    assert len(rows) == 2_000
    assert OWN_TASTE - 0.05 < own / 2_000 < OWN_TASTE + 0.1
    assert set(Interaction.objects.values_list("kind", flat=True)) == {"view", "purchase"}
