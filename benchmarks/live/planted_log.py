"""Log with a known truth for a generated shop (benchmarks.serving): shoppers mostly touch products of one taste."""

from __future__ import annotations

import uuid
from datetime import timedelta

import numpy as np
from django.utils import timezone

from benchmarks.datasets.planted import OWN_TASTE, TASTES
from benchmarks.serving.filling import product_id, shopper_id
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.services.bulk_log import LogRow, append_rows

ROWS_PER_INSERT = 20_000
DAYS = 60.0
PURCHASE_SHARE = 0.2
SOURCE = "generated"


def write_log(n_interactions: int, *, n_products: int, n_shoppers: int, seed: int = 0) -> None:
    """Append views and purchases of the last sixty days by the shop's shoppers.

    Within a taste the product of popularity rank r is drawn with a density falling as 1 / sqrt(r), as in planted.py.
    """
    random = np.random.default_rng(seed)
    products = [product_id(number).hex for number in range(n_products)]
    shoppers = [shopper_id(number).hex for number in range(n_shoppers)]
    now = timezone.now()
    for start in range(0, n_interactions, ROWS_PER_INSERT):
        size = min(ROWS_PER_INSERT, n_interactions - start)
        users = random.integers(0, n_shoppers, size)
        tastes = np.where(random.random(size) < OWN_TASTE, users % TASTES, random.integers(0, TASTES, size))
        items = (n_products // TASTES * random.random(size) ** 2).astype(np.int64) * TASTES + tastes
        kinds = np.where(random.random(size) < PURCHASE_SHARE, Kind.PURCHASE.value, Kind.VIEW.value)
        ages = random.random(size) * DAYS
        keys = random.bytes(16 * size)
        append_rows(
            [
                LogRow(
                    uuid.UUID(bytes=keys[16 * row : 16 * row + 16], version=4).hex,
                    shoppers[users[row]],
                    str(kinds[row]),
                    products[items[row]],
                    None,
                    now - timedelta(days=float(ages[row])),
                )
                for row in range(size)
            ],
            source=SOURCE,
            recorded_at=now,
        )
