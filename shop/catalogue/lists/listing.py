"""Category pages and search results: a list of products that the shopper narrows, sorts and pages through."""

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
# Clicks change the preference order. For so long the pages of a list keep the order of its first page.
ORDER_CACHE_SECONDS = 30 * 60


class ListingForm(forms.Form):
    """The filters and the order of a list. A field with an invalid value is reported and ignored."""

    brand = forms.MultipleChoiceField(required=False)
    min_price = forms.DecimalField(label="Lowest price", required=False, min_value=0, max_digits=10, decimal_places=2)
    max_price = forms.DecimalField(label="Highest price", required=False, min_value=0, max_digits=10, decimal_places=2)
    in_stock = forms.BooleanField(label="In stock only", required=False)
    sort = forms.ChoiceField(label="Sort by", required=False)

    def __init__(self, data: QueryDict, *, facets: Facets, with_relevance: bool) -> None:
        super().__init__(data)
        # A brand from a shared link stays chosen even where it is not among the listed ones.
        chosen = {name for name in data.getlist("brand")[:_MOST_BRANDS] if "\x00" not in name}
        brands = chosen | {entry.brand for entry in facets.brands}
        self.fields["brand"].choices = [(name, name) for name in sorted(brands)]  # type: ignore[attr-defined]
        sorts = [(key, label) for key, (label, _) in SORTS.items()]
        first = [RELEVANCE, (FOR_YOU, "Best match for you")] if with_relevance else [(FOR_YOU, "For you")]
        self.fields["sort"].choices = [*first, *sorts]  # type: ignore[attr-defined]

    def narrowed(self, products: ProductQuerySet) -> ProductQuerySet:
        """Return the products that match the filters; only after `is_valid`."""
        chosen = self.cleaned_data
        conditions = Q()
        if chosen.get("brand"):
            conditions &= Q(brand__in=chosen["brand"])
        if chosen.get("min_price") is not None:
            conditions &= Q(price__gte=chosen["min_price"])
        if chosen.get("max_price") is not None:
            conditions &= Q(price__lte=chosen["max_price"])
        if chosen.get("in_stock"):
            return products.purchasable().filter(conditions)
        return products.filter(conditions)


@dataclass(frozen=True)
class Choice:
    """One active filter of a list, and the query string without it."""

    label: str
    without: str


@dataclass(frozen=True)
class Listing:
    """One page of products with its form and facets. `choices` are the active filters."""

    page: "Page[Product]"
    form: ListingForm
    facets: Facets
    choices: list[Choice]
    sort: str

    @property
    def chosen_brands(self) -> list[str]:
        return self.form.cleaned_data.get("brand", [])


@dataclass(frozen=True)
class PreferenceList:
    """A list for a paginator: the products of `first` in that order, then the others of `products`.

    A product of `first` comes nowhere else, so no page repeats a product when the plain order changes meanwhile.
    `shown` holds all products that the list may still show; reading those of `first` from it repeats no search.
    """

    products: ProductQuerySet
    shown: ProductQuerySet
    first: list[uuid.UUID]
    ordered = True

    def count(self) -> int:
        """Return the number of places. The place of a vanished product stays empty, so that no other product moves."""
        gone = len(self.first) - self.shown.filter(pk__in=self.first).order_by().count()
        return self.products.count() + gone

    def __getitem__(self, places: slice) -> list[Product]:
        """Return a page; one query, two where it reaches beyond `first`."""
        front = self.shown.in_bulk(self.first[places])
        page = [front[key] for key in self.first[places] if key in front]
        start, stop = (max(end - len(self.first), 0) for end in (places.start or 0, places.stop))
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
    """Return the page of `products` that the query string names; four queries, six in preference order.

    - `with_relevance`: the products come ordered by relevance, which is then the default order, so that the same words
      find the same products for everybody.
    - `shopper_id`: the shopper whose preference order “For you” is; None gives the plain order.
    - `address`: the path of the list, under which its preference order is cached.
    - `which`: the slot and category of the list, for the scores of the preference order.
    """
    available = facets(products)
    form = ListingForm(data, facets=available, with_relevance=with_relevance)
    form.is_valid()
    sort = form.cleaned_data.get("sort") or (RELEVANCE[0] if with_relevance else "popular")
    narrowed = form.narrowed(products).for_card()
    if sort in SORTS:
        narrowed = narrowed.order_by(*SORTS[sort][1])
    elif sort == FOR_YOU and not with_relevance:
        narrowed = narrowed.by_popularity()
    shown: Any = narrowed  # Paginator takes less than its type asks for
    if sort == FOR_YOU and shopper_id is not None:
        published = form.narrowed(Product.objects.published()).for_card() if with_relevance else narrowed
        shown = PreferenceList(narrowed, published, _cached_order(data, narrowed, shopper_id, address, which))
    page = Paginator(shown, PAGE_SIZE).get_page(data.get("page"))
    return Listing(page, form, available, _choices(data, form.cleaned_data), sort)


def _cached_order(
    data: QueryDict, narrowed: ProductQuerySet, shopper_id: uuid.UUID, address: str, which: WhichList
) -> list[uuid.UUID]:
    """Return the preference order of the first products: made with the first page, cached for the others."""
    query = data.copy()
    page = query.pop("page", ["1"])[-1]
    digest = hashlib.sha256(f"{shopper_id} {address}?{query.urlencode()}".encode()).hexdigest()
    key = f"shop.catalogue.preference_order.{digest}"
    order: list[uuid.UUID] | None = None if page == "1" else cache.get(key)
    if order is None:
        order = in_preference_order(places(narrowed), shopper_id, which, query=data.get("q", ""))
        cache.set(key, order, ORDER_CACHE_SECONDS)
    return order


def _choices(data: QueryDict, chosen: dict[str, Any]) -> list[Choice]:
    choices = [Choice(name, _without(data, "brand", name)) for name in chosen.get("brand", [])]
    for field, label in (("min_price", "From {}"), ("max_price", "Up to {}")):
        if chosen.get(field) is not None:
            choices.append(Choice(label.format(chosen[field]), _without(data, field)))
    if chosen.get("in_stock"):
        choices.append(Choice("In stock", _without(data, "in_stock")))
    return choices


def _without(data: QueryDict, field: str, value: str | None = None) -> str:
    rest = data.copy()
    rest.setlist(field, [] if value is None else [other for other in rest.getlist(field) if other != value])
    rest.pop("page", None)
    return "?" + rest.urlencode()
