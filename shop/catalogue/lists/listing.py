"""A list of products that the shopper can narrow, sort and page through: category pages and search results."""

import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import F, FloatField, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.http import QueryDict

from shop.catalogue.lists.facets import Facets, facets
from shop.catalogue.lists.preference_order import ANY_LIST, WhichList, in_preference_order, places
from shop.catalogue.models import Product, ProductQuerySet

PAGE_SIZE = 24
_MOST_BRANDS = 20
# "Best rated" starts every product with this many ratings of this many stars: one lone five does not come first.
_PRIOR_COUNT, _PRIOR_STARS = 10, 3.5

Ordering = list[str | Combinable]


def _by_rating() -> Ordering:
    stars = Cast("rating_sum", FloatField()) + _PRIOR_COUNT * _PRIOR_STARS
    return [(stars / (F("rating_count") + _PRIOR_COUNT)).desc(), "id"]


SORTS: dict[str, tuple[str, Ordering]] = {
    "popular": ("Most popular", ["-rating_sum", "id"]),
    "rating": ("Best rated", _by_rating()),
    "price": ("Price: low to high", [F("price").asc(nulls_last=True), "id"]),
    "-price": ("Price: high to low", [F("price").desc(nulls_last=True), "id"]),
    "newest": ("Newest", ["-created_at", "id"]),
}
RELEVANCE = ("relevance", "Best match")
FOR_YOU = "for_you"
# Clicks change what suits a shopper: so long the pages of a list go on in the order its first page was shown in.
SECONDS_ORDER_KEPT = 30 * 60


class ListingForm(forms.Form):
    """What a list may be narrowed to and sorted by; a field that makes no sense is reported and ignored."""

    brand = forms.MultipleChoiceField(required=False)
    min_price = forms.DecimalField(label="Lowest price", required=False, min_value=0, max_digits=10, decimal_places=2)
    max_price = forms.DecimalField(label="Highest price", required=False, min_value=0, max_digits=10, decimal_places=2)
    in_stock = forms.BooleanField(label="In stock only", required=False)
    sort = forms.ChoiceField(label="Sort by", required=False)

    def __init__(self, data: QueryDict, *, found: Facets, with_relevance: bool) -> None:
        super().__init__(data)
        # A brand from a shared link stays chosen even where it is not among the listed ones.
        asked = {name for name in data.getlist("brand")[:_MOST_BRANDS] if "\x00" not in name}
        brands = asked | {entry.brand for entry in found.brands}
        self.fields["brand"].choices = [(name, name) for name in sorted(brands)]  # type: ignore[attr-defined]
        sorts = [(key, label) for key, (label, _) in SORTS.items()]
        first = [RELEVANCE, (FOR_YOU, "Best match for you")] if with_relevance else [(FOR_YOU, "For you")]
        self.fields["sort"].choices = [*first, *sorts]  # type: ignore[attr-defined]

    def narrowed(self, products: ProductQuerySet) -> ProductQuerySet:
        """Return the products that fit; only after `is_valid`."""
        wanted = self.cleaned_data
        conditions = Q()
        if wanted.get("brand"):
            conditions &= Q(brand__in=wanted["brand"])
        if wanted.get("min_price") is not None:
            conditions &= Q(price__gte=wanted["min_price"])
        if wanted.get("max_price") is not None:
            conditions &= Q(price__lte=wanted["max_price"])
        if wanted.get("in_stock"):
            return products.purchasable().filter(conditions)
        return products.filter(conditions)


@dataclass(frozen=True)
class Choice:
    """One thing a list is narrowed to, and the query string without it."""

    label: str
    without: str


@dataclass(frozen=True)
class Listing:
    """One page of products with everything around it. `choices` are the filters in force."""

    page: "Page[Product]"
    form: ListingForm
    facets: Facets
    choices: list[Choice]
    sort: str

    @property
    def chosen_brands(self) -> list[str]:
        return self.form.cleaned_data.get("brand", [])


@dataclass(frozen=True)
class PersonalList:
    """`products` with those of `first` in front, in that order: what a paginator needs of a list. What `first` holds
    comes nowhere else, so no page repeats a product, whatever happens to the plain order meanwhile. `shown`: what those
    of `first` must still be among; a search need not be done again for them."""

    products: ProductQuerySet
    shown: ProductQuerySet
    first: list[uuid.UUID]
    ordered = True

    def count(self) -> int:
        """Return how many places there are: those of products that are gone since stay empty, so none behind moves."""
        gone = len(self.first) - self.shown.filter(pk__in=self.first).order_by().count()
        return self.products.count() + gone

    def __getitem__(self, wanted: slice) -> list[Product]:
        """Return a page; one query, two where it reaches beyond `first`."""
        front = self.shown.in_bulk(self.first[wanted])
        page = [front[key] for key in self.first[wanted] if key in front]
        start, stop = (max(end - len(self.first), 0) for end in (wanted.start or 0, wanted.stop))
        return page + list(self.products.exclude(pk__in=self.first)[start:stop]) if stop else page


def listing(
    data: QueryDict,
    products: ProductQuerySet,
    *,
    with_relevance: bool = False,
    shopper_id: uuid.UUID | None = None,
    address: str = "",
    which: WhichList = ANY_LIST,
) -> Listing:
    """Return the page of `products` that the query string asks for; four queries, six in the shopper's own
    order.

    `with_relevance` says that `products` come ordered by relevance, which is then the default order: who types words
    wants what they name, and the same words find the same things for everybody unless one asks otherwise. `shopper_id`:
    for whom “For you” is, at this address, where the list is `which`; None: for nobody, who gets the plain order.
    """
    found = facets(products)
    form = ListingForm(data, found=found, with_relevance=with_relevance)
    form.is_valid()
    sort = form.cleaned_data.get("sort") or (RELEVANCE[0] if with_relevance else "popular")
    narrowed = form.narrowed(products).for_card()
    if sort in SORTS:
        narrowed = narrowed.order_by(*SORTS[sort][1])
    elif sort == FOR_YOU and not with_relevance:
        narrowed = narrowed.by_popularity()
    shown: Any = narrowed  # Paginator takes less than its type asks for
    if sort == FOR_YOU and shopper_id is not None:
        still = form.narrowed(Product.objects.published()).for_card() if with_relevance else narrowed
        shown = PersonalList(narrowed, still, _kept_order(data, narrowed, shopper_id, address, which))
    page = Paginator(shown, PAGE_SIZE).get_page(data.get("page"))
    return Listing(page, form, found, _choices(data, form.cleaned_data), sort)


def _kept_order(
    data: QueryDict, narrowed: ProductQuerySet, shopper_id: uuid.UUID, address: str, which: WhichList
) -> list[uuid.UUID]:
    """Return the shopper's order of the first products: made with the first page, and kept for the others."""
    asked = data.copy()
    page = asked.pop("page", ["1"])[-1]
    name = hashlib.sha256(f"{shopper_id} {address}?{asked.urlencode()}".encode()).hexdigest()
    kept: list[uuid.UUID] | None = None if page == "1" else cache.get(f"shop.catalogue.preference_order.{name}")
    if kept is None:
        kept = in_preference_order(places(narrowed), shopper_id, which, query=data.get("q", ""))
        cache.set(f"shop.catalogue.preference_order.{name}", kept, SECONDS_ORDER_KEPT)
    return kept


def _choices(data: QueryDict, wanted: dict[str, Any]) -> list[Choice]:
    choices = [Choice(name, _without(data, "brand", name)) for name in wanted.get("brand", [])]
    for field, label in (("min_price", "From {}"), ("max_price", "Up to {}")):
        if wanted.get(field) is not None:
            choices.append(Choice(label.format(wanted[field]), _without(data, field)))
    if wanted.get("in_stock"):
        choices.append(Choice("In stock", _without(data, "in_stock")))
    return choices


def _without(data: QueryDict, field: str, value: str | None = None) -> str:
    rest = data.copy()
    rest.setlist(field, [] if value is None else [kept for kept in rest.getlist(field) if kept != value])
    rest.pop("page", None)
    return "?" + rest.urlencode()
