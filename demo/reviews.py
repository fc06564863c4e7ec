"""Reviews by demo accounts: short texts made of sentences that fit the stars."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from demo.behaviour import DAYS, DemoOrder, Taste, stars_for
from demo.catalogue import DemoProduct
from demo.tables import read_table

SHARE_REVIEWED = 0.7
SHARE_WITHOUT_WORDS = 0.1
LOWEST_TIER = 2

_WORDS = read_table("reviews")


@dataclass(frozen=True)
class DemoReview:
    """One review by a demo account."""

    id: uuid.UUID
    author_id: uuid.UUID
    product: DemoProduct
    stars: int
    title: str
    body: str
    is_verified_purchase: bool
    written_at: datetime


def plan_reviews(
    author_id: uuid.UUID,
    products: Sequence[DemoProduct],
    orders: Sequence[DemoOrder],
    taste: Taste,
    *,
    now: datetime,
    seed: str,
) -> list[DemoReview]:
    """Return one author's reviews of most of the given and the ordered products, all written before `now`."""
    chance = random.Random(f"reviews {seed}")
    bought = {product.id: order.placed_at for order in orders for product, _ in order.lines}
    bought_products = [product for order in orders for product, _ in order.lines]
    reviews = []
    for product in {product.id: product for product in (*products, *bought_products)}.values():
        if product.id in bought:
            written = bought[product.id] + timedelta(days=chance.uniform(4, 20))
        else:
            written = now - timedelta(days=chance.uniform(0, min(product.age_days, DAYS)))
        if chance.random() < SHARE_REVIEWED and written < now:
            stars = stars_for(chance, product, taste)
            title, body = _words(chance, product, stars)
            key = uuid.uuid5(author_id, f"review {product.key}")
            reviews.append(DemoReview(key, author_id, product, stars, title, body, product.id in bought, written))
    return reviews


def _words(chance: random.Random, product: DemoProduct, stars: int) -> tuple[str, str]:
    if chance.random() < SHARE_WITHOUT_WORDS:
        return "", ""
    tier = max(stars, LOWEST_TIER)
    sentences = [chance.choice(_WORDS["openings"][str(tier)])]
    if tier > 3 or chance.random() < 0.3:
        sentences.append(chance.choice(_WORDS["in_use"][product.department.name]))
    if tier < 5:
        sentences.append(chance.choice(_WORDS["reservations"][str(tier)]))
    elif chance.random() < 0.3:
        sentences.append(f"The {product.colour.name.lower()} is lovely.")
    return chance.choice(_WORDS["titles"][str(tier)]), " ".join(sentences)
