"""Whether a reason is true, from the rows of the interaction log and the catalogue, without the code that gives it."""

import re
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU, SIMILAR
from recommendations.lists.questions import Question
from recommendations.lists.reasons import Reason
from recommendations.lists.recommending import Recommendations
from shop.catalogue.models import Category, Product

# What one event weighs, and after how many days half of it is left.
STRENGTH = {
    Kind.VIEW: (1.0, 30),
    Kind.SEARCH_CLICK: (1.5, 30),
    Kind.ADD_TO_CART: (3.0, 60),
    Kind.PURCHASE: (5.0, 365),
    Kind.RATE: (4.0, 365),
}
DEEDS = {
    "viewed_similar": ({Kind.VIEW, Kind.SEARCH_CLICK}, "Because you viewed", "Because of what you looked at"),
    "carted_similar": (
        {Kind.ADD_TO_CART},
        "Because you put into your cart:",
        "Because of what you put into your cart",
    ),
    "bought_similar": ({Kind.PURCHASE}, "Because you bought", "Because of what you bought"),
    "rated_similar": ({Kind.RATE}, "Because you rated", "Because of what you rated"),
}
LOOKS = {Kind.VIEW, Kind.SEARCH_CLICK}
PEOPLE_WHO_BOUGHT_BOTH = 3
TREND_HALF_LIFE_DAYS, LEAST_TREND = 3, 0.5
DAY = 86_400


@dataclass(frozen=True)
class Claim:
    """That a product is shown for a reason."""

    product: Product
    reason: Reason
    question: Question


def untrue(found: Recommendations, shopper_id: uuid.UUID | None, question: Question) -> list[str]:
    """Return in words every reason of a list that the log does not bear out."""
    told = Told(shopper_id)
    return [
        f"{question.intent}: {item.product} for {reason}"
        for item in found.items
        for reason in item.reasons
        if not told.bears_out(Claim(item.product, reason, question))
    ]


class Told:
    """What the log says of one shopper, and of everybody."""

    def __init__(self, shopper_id: uuid.UUID | None) -> None:
        visitors = VisitorLink.objects.visitors_of(shopper_id) if shopper_id else []
        self.everything = list(Interaction.objects.order_by("occurred_at", "recorded_at"))
        events = [event for event in self.everything if event.shopper_id in {shopper_id, *visitors}]
        cleared = max((event.occurred_at for event in events if event.kind == Kind.CLEAR_VIEWED), default=None)
        self.events = [e for e in events if cleared is None or e.kind not in LOOKS or e.occurred_at > cleared]
        self.products = {product.pk: product for product in Product.objects.select_related("category")}

    def bears_out(self, claim: Claim) -> bool:
        """Tell whether the reason is true; one of an unknown code never is."""
        code = claim.reason.code
        if code in DEEDS:
            return self._follows_from_a_deed(claim)
        checks: dict[str, Callable[[Claim], bool]] = {
            "bought_together": self._is_bought_together,
            "similar_to": self._is_asked_about,
            "search_match": self._is_searched_for,
            "category_chosen": self._is_chosen,
            "category_liked": self._is_near_what_was_touched,
            "popular": self._is_popular,
            "rated": lambda c: c.reason.text == "Rated by other shoppers" and bool(self._ratings(c.product)),
            "trending": self._is_trending,
            "recently_viewed": lambda c: c.product.pk in {e.product_id for e in self.events if e.kind in LOOKS},
            "discover": lambda c: c.reason.text == "From our catalogue",
        }
        return code in checks and checks[code](claim)

    def _follows_from_a_deed(self, claim: Claim) -> bool:
        kinds, naming, unnamed = DEEDS[claim.reason.code]
        if claim.question.intent is not FOR_YOU:
            return False
        if claim.reason.anchor_id is None:
            hidden = [key for key in self._touched() if not self.products[key].is_published]
            return claim.reason.text == unnamed and any(self._strongest(key) in kinds for key in hidden)
        anchor = self.products[claim.reason.anchor_id]
        return (
            anchor.is_published
            and anchor != claim.product
            and self._strongest(anchor.pk) in kinds
            and claim.reason.text == f"{naming} {anchor.title}"
        )

    def _touched(self) -> set[uuid.UUID]:
        """What the shopper turned to and did not dismiss since."""
        dismissed = {e.product_id: e.value for e in self.events if e.kind == Kind.NOT_INTERESTED}
        touched = {e.product_id for e in self.events if e.kind in STRENGTH and e.product_id is not None}
        return {key for key in touched if not dismissed.get(key)}

    def _strongest(self, product_id: uuid.UUID) -> str | None:
        """Return the kind of what the shopper did with a product that weighs most, each kind as it was done last."""
        if product_id not in self._touched():
            return None
        now = max(event.occurred_at for event in self.events)
        last = {e.kind: _weight(e, now) for e in self.events if e.product_id == product_id and e.kind in STRENGTH}
        return max(last, key=lambda kind: last[kind])

    def _is_bought_together(self, claim: Claim) -> bool:
        anchor = claim.reason.anchor_id
        return (
            claim.question.intent is COMPLEMENTARY
            and anchor in self._starting_points(claim.question)
            and self._names(claim.reason, "Often bought together with")
            and len(self._buyers_of_both(anchor, claim.product.pk)) >= PEOPLE_WHO_BOUGHT_BOTH
        )

    def _buyers_of_both(self, *pair: uuid.UUID | None) -> set[uuid.UUID]:
        orders: dict[tuple[uuid.UUID, datetime], set[uuid.UUID | None]] = {}
        for event in self.everything:
            if event.kind == Kind.PURCHASE:
                orders.setdefault((event.shopper_id, event.occurred_at), set()).add(event.product_id)
        return {buyer for (buyer, _), bought in orders.items() if set(pair) <= bought}

    def _starting_points(self, question: Question) -> Collection[uuid.UUID]:
        if question.basket or question.product_id is not None:
            return question.basket or [key for key in [question.product_id] if key is not None]
        return [key for key in self._touched() if self._strongest(key) == Kind.ADD_TO_CART]

    def _is_asked_about(self, claim: Claim) -> bool:
        is_similar, asked = claim.question.intent is SIMILAR, claim.question.product_id
        possible = {asked} if is_similar else set(self._starting_points(claim.question))
        return claim.reason.anchor_id in possible and self._names(claim.reason, "Similar to")

    def _names(self, reason: Reason, words_before: str) -> bool:
        return reason.anchor_id is not None and reason.text == f"{words_before} {self.products[reason.anchor_id].title}"

    def _is_searched_for(self, claim: Claim) -> bool:
        named = re.fullmatch("Matches your search “(.+)”", claim.reason.text)
        searches = {" ".join(event.query.lower().split()) for event in self.events if event.query}
        return named is not None and named[1] in searches and bool(words(named[1]) & words(text_of(claim.product)))

    def _is_chosen(self, claim: Claim) -> bool:
        last = {e.category_id: e.value for e in self.events if e.kind == Kind.CHOOSE_CATEGORY}
        chosen = Category.objects.filter(pk__in=[key for key, value in last.items() if key and value])
        path = claim.product.category.path
        true = [f"From {c.name}, which you chose" for c in chosen if path.startswith(c.path)]
        true += [f"Close to {c.name}, which you chose" for c in chosen if _is_near(claim.product, c)]
        return claim.reason.text in true

    def _is_near_what_was_touched(self, claim: Claim) -> bool:
        is_near = any(_is_near(claim.product, self.products[key].category) for key in self._touched())
        return is_near and claim.reason.text == f"From {claim.product.category.name}, where you look around"

    def _is_popular(self, claim: Claim) -> bool:
        mine = {event.pk for event in self.events}
        of_others = [e for e in self.everything if e.product_id == claim.product.pk and e.pk not in mine]
        is_touched = any(event.kind in STRENGTH for event in of_others)
        return is_touched and claim.reason.text == "Popular with other shoppers"

    def _is_trending(self, claim: Claim) -> bool:
        last = {(e.shopper_id, e.kind): e for e in self.everything if e.product_id == claim.product.pk}
        now, left = timezone.now(), 0.0
        for event in last.values():
            if event.kind in STRENGTH:
                age = (now - event.occurred_at).total_seconds() / DAY
                left += _weight(event, event.occurred_at) * 0.5 ** (age / TREND_HALF_LIFE_DAYS)
        return left >= LEAST_TREND and claim.reason.text == "Trending now"

    def _ratings(self, product: Product) -> list[Interaction]:
        return [e for e in self.everything if e.kind == Kind.RATE and e.product_id == product.pk]


def text_of(product: Product) -> str:
    """Return what a product says of itself."""
    return f"{product.title} {product.category.name}"


def words(text: str) -> set[str]:
    """Return the words of a text, in the singular."""
    return {word.removesuffix("s") for word in re.findall(r"\w+", text.lower())}


def _weight(event: Interaction, now: datetime) -> float:
    weight, half_life = STRENGTH[Kind(event.kind)]
    stars = (event.value or 0.0) / 5 if event.kind == Kind.RATE else 1.0
    return weight * stars * 0.5 ** ((now - event.occurred_at).total_seconds() / DAY / half_life)


def _is_near(product: Product, category: Category) -> bool:
    """Tell whether a product lies below the same category of the uppermost level."""
    return product.category.path[: Category.steplen] == category.path[: Category.steplen]
