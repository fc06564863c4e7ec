"""The category tree in the admin: indented, in tree order. A node is placed by choosing the one above it."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from treebeard.forms import MoveNodeForm, movenodeform_factory
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelect2Widget, UnfoldAdminSelectWidget

from shop.catalogue.models import Category, Product

_INDENT = "\N{EM SPACE}"


class CategoryForm(MoveNodeForm):
    """Styles the two fields for the place in the tree like the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, widget in (
            ("treebeard_position", UnfoldAdminSelectWidget()),
            ("treebeard_ref_node", UnfoldAdminSelect2Widget()),
        ):
            field = self.fields[name]
            widget.choices = field.choices
            field.widget = widget


@admin.register(Category)
class CategoryAdmin(ModelAdmin):
    """Categories. Names are sorted by the tree itself, so the list cannot be ordered otherwise."""

    form = movenodeform_factory(Category, form=CategoryForm)
    list_display = ["indented_name", "slug", "product_count", "sensitivity"]
    search_fields = ["name", "slug"]
    search_help_text = "Name or slug"
    prepopulated_fields = {"slug": ["name"]}
    ordering = ["path"]
    sortable_by: list[str] = []
    list_per_page = 100

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        counted = Product.objects.filter(category=OuterRef("pk")).order_by().values("category").annotate(n=Count("pk"))
        return super().get_queryset(request).annotate(product_count=Coalesce(Subquery(counted.values("n")), 0))

    @display(description="name")
    def indented_name(self, category: Category) -> str:
        return _INDENT * 2 * (category.depth - 1) + category.name

    @display(description="products")
    def product_count(self, category: Any) -> int:
        return category.product_count

    @display(description="sensitive", label=True)
    def sensitivity(self, category: Category) -> str | None:
        return "Sensitive" if category.is_sensitive else None

    def get_deleted_objects(self, objs: Iterable[Category], request: HttpRequest) -> Any:
        """Include everything below: the tree deletes it, too, and products in it forbid that."""
        below = Q(pk__in=[])
        for category in objs:
            below |= Q(path__startswith=category.path)
        return super().get_deleted_objects(Category.objects.filter(below), request)
