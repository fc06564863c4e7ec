"""Filters and orderings of the product list of the API."""

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.models.functions import Cast

from shop.catalogue.models import Category, Product, ProductQuerySet
from shop.search import search_products

FOR_YOU = "for_you"
ORDERINGS = {
    "popular": ("Most popular first", ("-rating_sum", "id")),
    "newest": ("Newest first", ("-created_at", "id")),
    "price": ("Cheapest first", ("price", "id")),
    "-price": ("Dearest first", ("-price", "-id")),
}
# Each of these leaves few enough products to sort.
NARROWING = ("category", "brand", "q")
_PRICE = {"min_value": 0, "max_digits": 10, "decimal_places": 2}


_YES_OR_NO = {"true": True, "1": True, "false": False, "0": False}


class _YesOrNoField(forms.NullBooleanField):
    widget = forms.TextInput

    def to_python(self, value: str | None) -> bool | None:  # type: ignore[override]  # as the parent, whose stub errs
        if not value:
            return None
        if value.lower() not in _YES_OR_NO:
            raise ValidationError("Say true or false.", "invalid")
        return _YES_OR_NO[value.lower()]


class YesOrNoFilter(django_filters.BooleanFilter):
    """Refuses a value that is neither, which the parent ignores."""

    field_class = _YesOrNoField


class ProductFilter(django_filters.FilterSet):
    """Every parameter is optional; they narrow together."""

    category = django_filters.ModelChoiceFilter(
        queryset=Category.objects.all(),
        to_field_name="slug",
        method="in_category",
        help_text="Slug of a category; products of all categories below it are included.",
    )
    brand = django_filters.CharFilter(help_text="Exact name of the brand.")
    min_price = django_filters.NumberFilter("compared_price", "gte", help_text="Lowest price.", **_PRICE)
    max_price = django_filters.NumberFilter("compared_price", "lte", help_text="Highest price.", **_PRICE)
    in_stock = YesOrNoFilter(
        method="can_be_bought", help_text="true: only what can be bought now. false: only what is sold out."
    )
    q = django_filters.CharFilter(
        method="search", help_text="Words to look for; the best match comes first unless `ordering` says otherwise."
    )
    ordering = django_filters.ChoiceFilter(
        choices=[*((name, label) for name, (label, _) in ORDERINGS.items()), (FOR_YOU, "What suits the caller first")],
        method="order",
        help_text=(
            "By default the most popular first. By price: only products that have one. for_you: the first 240 of the "
            "default order (with `q`: of the best matches) in the order that suits the caller, who is somebody known, "
            "then the others; such a list leads forward only, and no page repeats a product."
        ),
    )

    class Meta:
        model = Product
        fields: list[str] = []

    def filter_queryset(self, queryset: ProductQuerySet) -> ProductQuerySet:
        chosen = self.form.cleaned_data
        if not any(chosen.get(name) for name in NARROWING):
            queryset = queryset.of_whole_shop()
        # SQLite prefers the index of the prices to that of the order, and sorts all it finds there. A cast hides it.
        is_by_price = "price" in (chosen.get("ordering") or "")
        price = F("price") if is_by_price else Cast("price", Product._meta.get_field("price"))
        return super().filter_queryset(queryset.alias(compared_price=price).by_popularity())

    def in_category(self, queryset: ProductQuerySet, name: str, category: Category) -> ProductQuerySet:
        return queryset.in_category(category)

    def can_be_bought(self, queryset: ProductQuerySet, name: str, is_wanted: bool) -> ProductQuerySet:
        return queryset.purchasable() if is_wanted else queryset.filter(stock=0)

    def search(self, queryset: ProductQuerySet, name: str, words: str) -> ProductQuerySet:
        return search_products(words, queryset)

    def order(self, queryset: ProductQuerySet, name: str, ordering: str) -> ProductQuerySet:
        if ordering == FOR_YOU:
            return queryset  # preference_pagination.py orders it
        ordered = queryset.order_by(*ORDERINGS[ordering][1])
        return ordered.filter(price__isnull=False) if "price" in ordering else ordered
