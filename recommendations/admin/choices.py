"""Form fields that find products and categories by words. Behaviour tables hold plain ids, no foreign keys."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey, Model

from shop.cart.models import CartItem
from shop.catalogue.models import Category, Product


class TitledSelect(AutocompleteSelect):
    """The admin's search field; `known` holds titles by id, so that a page with many fields reads them at once."""

    known: Mapping[str, str] = {}

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> Any:
        chosen = [str(one) for one in value if one]
        if not all(one in self.known for one in chosen):
            return super().optgroups(name, value, attrs)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [self.create_option(name, one, self.known[one], True, place) for place, one in enumerate(chosen, 1)]
        return [(None, options, 0)]


class ShopField(forms.ModelChoiceField):
    """One row of the shop, found by words; its value is the row."""

    def __init__(self, model: type[Model], source: ForeignKey[Any, Any], **options: Any) -> None:
        super().__init__(
            model._default_manager.all(), widget=TitledSelect(source, admin.site), required=False, **options
        )
        self.error_messages["invalid_choice"] = "It is no longer in the shop: choose another one."


def product_field(**options: Any) -> ShopField:
    """Return a field that finds a product by title, brand or id of where it came from."""
    return ShopField(Product, CartItem._meta.get_field("product"), **options)


def category_field(**options: Any) -> ShopField:
    """Return a field that finds a category by name."""
    return ShopField(Category, Product._meta.get_field("category"), **options)
