"""Forty shoppers of two tastes, enough for a difference between two versions not to be chance."""

import uuid
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations import tower_model

SHOPPERS, TASTE, VIEWED = 40, 8, 6


class BackwardModel(tower_model.TowerModel):
    """Puts first what a shopper likes least."""

    def _fit(self, interactions, *, seed, progress):
        fitted = super()._fit(interactions, seed=seed, progress=progress)
        return replace(fitted, item_vectors=-fitted.item_vectors)


def two_tastes() -> list[Product]:
    """Make sixteen products, of which each shopper viewed six of the eight of their taste an hour ago."""
    products = ProductFactory.create_batch(2 * TASTE, category=CategoryFactory())
    for step in range(VIEWED):
        everybody_views(products, step, timedelta(hours=1))
    return products


def everybody_views(
    products: list[Product], step: int = VIEWED, ago: timedelta = timedelta(0), *, n_shoppers: int = SHOPPERS
) -> None:
    """Let each shopper view one more product of their taste: the seventh, and now, unless told otherwise."""
    moment = timezone.now() - ago
    Interaction.objects.bulk_create(
        Interaction(
            shopper_id=uuid.UUID(int=number + 1),
            kind=Kind.VIEW,
            product_id=products[number % 2 * TASTE + (number // 2 + step) % TASTE].pk,
            occurred_at=moment,
        )
        for number in range(n_shoppers)
    )
