"""Form of a merchandising rule."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget

from recommendations.admin.choices import TitledSelect, category_field, product_field
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.lists.intents.registry import check_intent, intent_choices
from recommendations.rules.active_rules import RememberedSegment
from recommendations.rules.models import Rule
from recommendations.rules.services import MOST_RULES, room_for_rules
from recommendations.serving import handle
from recommendations.shoppers.segments import matching_segment, segment_content, shopper_segments
from recommendations.versions.models import Segment
from shop.catalogue.models import Category, Product

SHOP_FIELDS: dict[str, QuerySet[Any]] = {
    "product_id": Product.objects.all(),
    "category_id": Category.objects.all(),
    "listed_category_id": Category.objects.all(),
}
_UNCHANGED = "kept"


class RuleForm(forms.ModelForm):
    """One rule: its action and product or category, its lists, shoppers and schedule."""

    product_id = product_field(label="Product")
    category_id = category_field(label="Or category", help_text="And all below it; not for a pin.")
    listed_category_id = category_field(label="In lists of the category", help_text="Or below it. Empty: in all lists.")
    intent = forms.ChoiceField(
        choices=lambda: [("", "all"), *intent_choices()], required=False, widget=UnfoldAdminSelectWidget
    )
    shopper_segment = forms.ChoiceField(
        required=False, widget=UnfoldAdminSelectWidget, label="For shoppers of the segment"
    )

    class Meta:
        model = Rule
        fields = (
            *("action", "product_id", "category_id", "position", "factor"),
            *("slot", "intent", "listed_category_id", "starts_at", "ends_at", "note"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = segment_choices(self.instance)
        segment = self.fields["shopper_segment"]
        assert isinstance(segment, forms.ChoiceField)  # noqa: S101 declared above
        segment.choices = choices
        if self.instance.segment:
            segment.initial = _UNCHANGED

    def clean_product_id(self) -> uuid.UUID | None:
        return getattr(self.cleaned_data["product_id"], "pk", None)

    def clean_category_id(self) -> uuid.UUID | None:
        return getattr(self.cleaned_data["category_id"], "pk", None)

    def clean_listed_category_id(self) -> uuid.UUID | None:
        return getattr(self.cleaned_data["listed_category_id"], "pk", None)

    def clean_shopper_segment(self) -> str:
        chosen: str = self.cleaned_data["shopper_segment"]
        if chosen != _UNCHANGED:
            found = next((segment for segment in _segments() if _value(segment) == chosen), None)
            self.instance.segment = segment_content(found) if found else None
        return chosen

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            check_intent(rule=Rule(intent=cleaned.get("intent", ""), action=cleaned.get("action", "")))
        except ValidationError as error:
            self.add_error(None, error)
        return cleaned


class RuleFormSet(PaginationInlineFormSet):
    """All rules of a set. The titles of what they name are read at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [form.instance for form in self.initial_forms]
        known = {name: _titles(table, [getattr(row, name) for row in rows]) for name, table in SHOP_FIELDS.items()}
        for form in self.initial_forms:
            for name, titles in known.items():
                widget = form.fields[name].widget
                assert isinstance(widget, TitledSelect)  # noqa: S101 declared in RuleForm
                widget.known = titles

    def clean(self) -> None:
        super().clean()
        new = sum(form.has_changed() for form in self.extra_forms) - len(self.deleted_forms)
        if new > 0 and new > room_for_rules(self.instance):
            raise ValidationError(f"That would be more than the {MOST_RULES:,} rules that may hold at once.")


def segment_choices(row: Rule) -> list[tuple[str, str]]:
    """Return the segments to choose from, with the one a rule has and what has become of it."""
    choices = [("", "everybody"), *((_value(segment), str(segment)) for segment in _segments())]
    return [(_UNCHANGED, segment_said(row.segment)), *choices] if row.segment else choices


def segment_said(stored: dict[str, Any]) -> str:
    """Say which segment a rule is for, in terms of the version that serves."""
    remembered, served = RememberedSegment.from_content(stored), handle.current()
    said = f"“{remembered.name or remembered.number}” of version {remembered.model_version}"
    if served is None:
        return f"{said}: nobody, no version serves"
    now = matching_segment(served.version, remembered)
    if now is None:
        return f"{said}: nobody any more, no segment of {served.version} is like it"
    return str(now) if remembered.model_version == served.version else f"{said}, now {now}"


def _segments() -> tuple[Segment, ...]:
    served = handle.current()
    try:
        return shopper_segments(served.version) if served else ()
    except BEHAVIOUR_DATABASE_ERRORS:
        return ()


def _value(segment: Segment) -> str:
    return f"{segment.model_version}:{segment.number}"


def _titles(table: QuerySet[Any], wanted: list[uuid.UUID | None]) -> dict[str, str]:
    ids = {pk for pk in wanted if pk}
    return {str(row.pk): str(row) for row in table.filter(pk__in=ids)} if ids else {}
