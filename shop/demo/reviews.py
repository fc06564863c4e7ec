"""What demo reviewers write: short texts put together from sentences, in keeping with the stars."""

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shop.demo.behaviour import DAYS, DemoOrder, Taste, stars_for
from shop.demo.catalogue import DemoProduct

SHARE_REVIEWED = 0.7
SHARE_WITHOUT_WORDS = 0.1
LOWEST_TIER = 2

_TITLES = {
    5: ("Just right", "Love it", "A small joy", "Made to last", "Would buy again", "Better than the picture", ""),
    4: ("Nearly perfect", "Good value", "Well made", "Glad I chose it", "Solid", ""),
    3: ("Does the job", "It is all right", "Mixed feelings", "Fine"),
    2: ("Not what I expected", "A pity", "Not for me"),
}
_OPENINGS = {
    5: (
        "Exactly what I hoped for.",
        "Better than I expected.",
        "I would buy this again tomorrow.",
        "No complaints at all.",
        "This one is a keeper.",
        "Very happy with it.",
        "Bought as a present, and now I want one for myself.",
        "It looks even better than in the picture.",
    ),
    4: (
        "Good, with one small reservation.",
        "Solid for the price.",
        "Almost perfect.",
        "It does what it should.",
        "Nicely made.",
        "A good choice so far.",
    ),
    3: ("It is all right.", "Neither great nor bad.", "Fine, but I had expected a little more.", "Usable."),
    2: ("I am a little disappointed.", "Sadly not for me.", "I had hoped for more."),
}
_RESERVATIONS = {
    4: (
        "The box could have been smaller.",
        "Delivery took a day longer than announced.",
        "A slightly larger size would suit me even better.",
        "One star less because it was dearer a week before.",
        "The instructions are a little short.",
    ),
    3: (
        "The colour is less bright than I had thought.",
        "For this price I had hoped for a finer finish.",
        "It took me a while to get used to.",
        "It is smaller than it looks.",
    ),
    2: (
        "The finish had a small scratch.",
        "I sent it back, and the money came within a week.",
        "It does not match the rest of what I have.",
    ),
}
_IN_USE = {
    "Kitchen": (
        "In use every morning since it came.",
        "Feels solid in the hand.",
        "Cleans up without trouble.",
        "It has earned its place in the kitchen.",
    ),
    "Home & Living": (
        "It looked at home in our living room at once.",
        "The material feels good to the touch.",
        "Visitors keep asking where it is from.",
        "It makes the room warmer.",
    ),
    "Audio": (
        "The sound is clear and never sharp.",
        "Voices come across naturally.",
        "Set up within five minutes.",
        "It has hardly been switched off since.",
    ),
    "Outdoor": (
        "Came through a wet weekend without complaint.",
        "Three trips so far and no sign of wear.",
        "Well thought out down to the details.",
        "It goes along on every walk now.",
    ),
    "Cycling": (
        "Two months of commuting and no complaint.",
        "Fitted in ten minutes.",
        "Rain does not bother it.",
        "It makes the commute a little nicer.",
    ),
    "Stationery & Art": (
        "I use it every day now.",
        "A pleasure on good paper.",
        "The details show that somebody cared.",
        "It makes me want to start something new.",
    ),
    "Plants & Garden": (
        "Arrived well packed and in one piece.",
        "It makes gardening more of a pleasure.",
        "The balcony looks cared for at last.",
        "Sturdy, and good to look at.",
    ),
    "Toys & Games": (
        "It has been on the living room floor ever since.",
        "Survived two children and a dog.",
        "Played with every day.",
        "Nicely made, no sharp edges.",
    ),
}


@dataclass(frozen=True)
class DemoReview:
    """One review to be written by a demo account."""

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
    """Return one author's reviews, all before `now`: of most of the products given and of those that were ordered."""
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
    sentences = [chance.choice(_OPENINGS[tier])]
    if tier > 3 or chance.random() < 0.3:
        sentences.append(chance.choice(_IN_USE[product.department.name]))
    if tier < 5:
        sentences.append(chance.choice(_RESERVATIONS[tier]))
    elif chance.random() < 0.3:
        sentences.append(f"The {product.colour.name.lower()} is lovely.")
    return chance.choice(_TITLES[tier]), " ".join(sentences)
