"""Why a product is shown, in words. A reason names only published products and the shopper's own past."""

import os.path
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ml.content.terms import tokenize
from recommendations.event_weights import Kind
from recommendations.profiles import History
from recommendations.selectors.requests import Candidate
from shop.models import Category, Product

LONGEST_TITLE = 60
POPULAR = "Popular with other shoppers"
DISCOVER = "From our catalogue"
_DONE = {
    Kind.VIEW: ("viewed_similar", "Because you viewed"),
    Kind.SEARCH_CLICK: ("viewed_similar", "Because you viewed"),
    Kind.ADD_TO_CART: ("carted_similar", "Because you put into your cart:"),
    Kind.PURCHASE: ("bought_similar", "Because you bought"),
    Kind.RATE: ("rated_similar", "Because you rated"),
}
_WITHOUT_ANCHOR = {
    "bought_together": "Often bought together",
    "similar_to": "Similar to this",
    "popular": POPULAR,
    "trending": "Trending now",
    "recently_viewed": "You looked at this",
}


@dataclass(frozen=True)
class Reason:
    """`code` for programs; `text` for people; `anchor_id`: the product it speaks of, if any."""

    code: str
    text: str
    anchor_id: uuid.UUID | None = None


FEATURED = Reason("featured", "Selected by the shop")


def reasons_of(
    candidate: Candidate,
    product: Product,
    published: Mapping[uuid.UUID, Product],
    history: History,
    chosen: Collection[Category] = (),
) -> tuple[Reason, ...]:
    """Return why the ranking put a product here; `published` holds the products a reason may name, `chosen` the
    categories the shopper said they like."""
    anchor = published.get(candidate.anchor_id) if candidate.anchor_id else None
    if candidate.code in ("viewed_similar", "bought_similar"):
        return (_of_the_past(candidate, anchor, history),)
    if candidate.code == "category_liked":
        return (Reason("category_liked", f"From {product.category.name}, where you look around"),)
    if candidate.code == "category_chosen":
        return (_of_a_choice(product, chosen),)
    if candidate.code == "search_match":
        return (_of_a_search(candidate, history),)
    if anchor is not None and candidate.code in ("bought_together", "similar_to"):
        words = "Often bought together with" if candidate.code == "bought_together" else "Similar to"
        return (Reason(candidate.code, f"{words} {_short(anchor)}", anchor.pk),)
    return (Reason(candidate.code, _WITHOUT_ANCHOR.get(candidate.code, DISCOVER)),)


def reason_without_model(product: Product) -> Reason:
    """Return why a product fills up a list: it has stars, or it is simply in the shop."""
    if product.rating_count:
        return Reason("popular", POPULAR)
    return Reason("discover", DISCOVER)


def _of_the_past(candidate: Candidate, anchor: Product | None, history: History) -> Reason:
    """Say what the shopper did with the anchor; a product that was hidden since is not named."""
    kinds = (product.kind for product in history.recent if product.product_id == candidate.anchor_id)
    code, words = _DONE.get(next(kinds, Kind.VIEW), _DONE[Kind.VIEW])
    if anchor is None:
        return Reason(code, "Because of what you looked at")
    return Reason(code, f"{words} {_short(anchor)}", anchor.pk)


def _of_a_choice(product: Product, chosen: Collection[Category]) -> Reason:
    """Name the chosen category that holds the product, or else the one nearest to it; none that is gone since."""
    path = product.category.path
    nearest, common = None, (False, 0)
    for category in chosen:
        steps = len(os.path.commonprefix([path, category.path])) // Category.steplen
        if steps and (path.startswith(category.path), steps) > common:
            nearest, common = category, (path.startswith(category.path), steps)
    if nearest is None:
        return Reason("category_chosen", "Close to what you chose")
    return Reason("category_chosen", f"{'From' if common[0] else 'Close to'} {_cut(nearest.name)}, which you chose")


def _of_a_search(candidate: Candidate, history: History) -> Reason:
    """Name the newest search that held one of the words found in the product."""
    for search in history.searches:
        if set(candidate.words).intersection(tokenize(search.query)):
            return Reason("search_match", f"Matches your search “{_cut(search.query)}”")
    return Reason("search_match", "Matches what you searched for")


def _short(product: Product) -> str:
    return _cut(product.title)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TITLE else f"{text[: LONGEST_TITLE - 1].rstrip()}…"
