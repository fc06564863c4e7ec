"""Products in the admin. Shoppers buy and rate while staff edit: only what staff changed is written."""

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from unfold.admin import ModelAdmin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, BooleanRadioFilter, DropdownFilter
from unfold.decorators import action, display

from shop.admin.reviews import ReviewInline
from shop.catalogue.models import Product
from shop.catalogue.pictures.download import PictureError
from shop.catalogue.pictures.services import store_uploaded
from shop.catalogue.services import adjust_stock, set_published

logger = logging.getLogger(__name__)

CANNOT_BE_WRITTEN = (
    "The picture could not be stored (%(reason)s), and nothing was saved. Save without a new picture, and have the "
    "disk of the pictures looked after: it must have room and allow writing."
)


class ProductForm(forms.ModelForm):
    """Computes the change of the stock from the number on the screen, so that pieces sold meanwhile stay sold.

    A new picture is resized and written during validation, so that an unusable picture and a full disk are errors of
    its field.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "stock" in self.fields:
            self.fields["stock"].show_hidden_initial = True

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's form, of which the stubs do not know it
        picture = self.cleaned_data.get("image")
        if self.errors or not isinstance(picture, UploadedFile):
            return
        try:
            self.instance.image = store_uploaded(picture)
        except PictureError as error:
            self.add_error("image", f"The picture cannot be used: {error}.")
        except OSError as error:
            logger.error("The picture of a product could not be written to %s: %s", settings.MEDIA_ROOT, error)
            self.add_error("image", CANNOT_BE_WRITTEN % {"reason": error.strerror or error})

    def stock_change(self) -> int:
        """Return the difference between the typed and the shown stock; only after `is_valid`."""
        shown = str(self.data.get(self.add_initial_prefix("stock"), ""))
        before = int(shown) if shown.isdecimal() else self.initial["stock"]
        return self.cleaned_data["stock"] - before


class AvailabilityFilter(DropdownFilter):
    """Narrows to products by what keeps them from being bought."""

    title = "availability"
    parameter_name = "availability"
    choices_by_value = {
        "available": ("Can be bought", Q(is_published=True, price__isnull=False, stock__gt=0)),
        "low": ("Five or fewer left", Q(stock__gt=0, stock__lte=5)),
        "sold_out": ("Sold out", Q(stock=0)),
        "no_price": ("Without a price", Q(price__isnull=True)),
        "no_picture": ("Without a picture", Q(image="", image_url="")),
    }

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(value, label) for value, (label, _) in self.choices_by_value.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        _, condition = self.choices_by_value.get(str(self.value()), ("", Q()))
        return queryset.filter(condition)


@admin.register(Product)
class ProductAdmin(ModelAdmin):
    """The catalogue."""

    form = ProductForm
    list_display = ["picture", "title", "category", "price", "stock", "rating", "is_published", "updated_at"]
    list_display_links = ["picture", "title"]
    list_editable = ["price", "stock"]
    list_filter = [
        AvailabilityFilter,
        ("is_published", BooleanRadioFilter),
        ("category", AutocompleteSelectFilter),
    ]
    list_filter_submit = True
    list_select_related = ["category"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["title", "brand", "external_id", "slug"]
    search_help_text = "Title, brand, external id or slug"
    autocomplete_fields = ["category"]
    prepopulated_fields = {"slug": ["title"]}
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    readonly_fields = ["picture", "rating", "created_at", "updated_at"]
    actions = ["publish", "hide"]
    inlines = [ReviewInline]
    fieldsets = [
        (None, {"fields": ["title", "slug", "category", "brand", "description", "keywords", "is_published"]}),
        ("Sale", {"fields": [("price", "list_price"), "stock"]}),
        ("Picture", {"fields": ["picture", "image", "image_url"]}),
        ("Record", {"fields": ["external_id", "rating", "created_at", "updated_at"]}),
    ]

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> type[forms.ModelForm]:
        return ProductForm

    @display(description="picture")
    def picture(self, product: Product) -> str:
        if not product.picture_url:
            return "–"
        return format_html(
            '<img src="{}" alt="" width="48" height="48" loading="lazy" style="object-fit: contain">',
            product.picture_url,
        )

    @display(description="rating", ordering="rating_sum")
    def rating(self, product: Product) -> str:
        return f"{product.rating:.1f} ({product.rating_count})" if product.rating else "–"

    def save_model(self, request: HttpRequest, obj: Product, form: Any, change: bool) -> None:
        if not change:
            super().save_model(request, obj, form, change)
            return
        written = [name for name in form.changed_data if name != "stock"]
        if written:
            obj.save(update_fields=[*written, "updated_at"])
        if "stock" in form.changed_data:
            adjust_stock(product_id=obj.pk, by=form.stock_change())

    @action(description="Publish selected products", permissions=["change"])
    def publish(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set_published(request, queryset, is_published=True)

    @action(description="Hide selected products", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Product]) -> None:
        self._set_published(request, queryset, is_published=False)

    def _set_published(self, request: HttpRequest, products: QuerySet[Product], *, is_published: bool) -> None:
        changed = set_published(products=products, is_published=is_published)
        done = "published" if is_published else "hidden"
        self.message_user(request, f"{changed} product{'' if changed == 1 else 's'} {done}.", messages.SUCCESS)
