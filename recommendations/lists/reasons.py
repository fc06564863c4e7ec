"""Reasons for which products are shown, in words. They name only published products and the shopper's own past."""

import os.path
import uuid
from collections.abc import Collection, Mapping
from typing import NamedTuple

from recommendations.behaviour.event_weights import Kind
from recommendations.lists.questions import Candidate
from shop.catalogue.models import Category, Product

LONGEST_TITLE = 60
DISCOVER = "From our catalogue"
# Fewer ratings tell only that somebody has it.
POPULAR_FROM = 5
# Code of the reason by what the shopper did with the product it names.
OF_THE_PAST = {
    Kind.VIEW: "viewed_similar",
    Kind.SEARCH_CLICK: "viewed_similar",
    Kind.ADD_TO_CART: "carted_similar",
    Kind.PURCHASE: "bought_similar",
    Kind.RATE: "rated_similar",
}
_WITH_ANCHOR = {
    "viewed_similar": "Because you viewed",
    "carted_similar": "Because you put into your cart:",
    "bought_similar": "Because you bought",
    "rated_similar": "Because you rated",
    "bought_together": "Often bought together with",
    "similar_to": "Similar to",
}
# For a product that was hidden since or is of a sensitive category, which is not named.
_WITHOUT_ANCHOR = {
    "viewed_similar": "Because of what you looked at",
    "carted_similar": "Because of what you put into your cart",
    "bought_similar": "Because of what you bought",
    "rated_similar": "Because of what you rated",
    "bought_together": "Often bought together",
    "similar_to": "Similar to this",
    "popular": "Popular with other shoppers",
    "rated": "Rated by other shoppers",
    "trending": "Trending now",
    "recently_viewed": "You looked at this",
}


class Reason(NamedTuple):
    """`code` for programs; `text` for people; `anchor_id`: the product it names, if any."""

    code: str
    text: str
    anchor_id: uuid.UUID | None = None


FEATURED = Reason("featured", "Selected by the shop")


def reasons_of(
    candidate: Candidate,
    product: Product,
    published: Mapping[uuid.UUID, Product],
    chosen: Collection[Category] = (),
) -> tuple[Reason, ...]:
    """Return the reasons of a ranked product.

    - `published`: the products that a reason may name; one of a sensitive category only for its like.
    - `chosen`: the categories that the shopper chose.
    """
    anchor = published.get(candidate.anchor_id) if candidate.anchor_id else None
    if anchor is not None and anchor.category.is_sensitive and not product.category.is_sensitive:
        anchor = None
    if anchor is not None and candidate.code in _WITH_ANCHOR:
        return (Reason(candidate.code, f"{_WITH_ANCHOR[candidate.code]} {_cut(anchor.title)}", anchor.pk),)
    if candidate.code == "category_liked":
        return (Reason("category_liked", f"From {product.category.name}, where you look around"),)
    if candidate.code == "category_chosen":
        return (_of_a_choice(product, chosen),)
    if candidate.code == "search_match":
        return (_of_a_search(candidate.search),)
    return (Reason(candidate.code, _WITHOUT_ANCHOR.get(candidate.code, DISCOVER)),)


def reason_without_model(product: Product) -> Reason:
    """Return the reason of a product that fills a list: many rated it, somebody did, or it is simply in the shop."""
    if not product.rating_count:
        return Reason("discover", DISCOVER)
    code = "popular" if product.rating_count >= POPULAR_FROM else "rated"
    return Reason(code, _WITHOUT_ANCHOR[code])


def _of_a_choice(product: Product, chosen: Collection[Category]) -> Reason:
    """Name the chosen category that holds the product, or else the one nearest to it, if any is left."""
    path = product.category.path
    nearest, common = None, (False, 0)
    for category in chosen:
        steps = len(os.path.commonprefix([path, category.path])) // Category.steplen
        if steps and (path.startswith(category.path), steps) > common:
            nearest, common = category, (path.startswith(category.path), steps)
    if nearest is None:
        return Reason("category_chosen", "Close to what you chose")
    return Reason("category_chosen", f"{'From' if common[0] else 'Close to'} {_cut(nearest.name)}, which you chose")


def _of_a_search(search: str) -> Reason:
    text = f"Matches your search “{_cut(search)}”" if search else "Matches what you searched for"
    return Reason("search_match", text)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"
