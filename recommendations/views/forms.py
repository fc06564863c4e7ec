"""Forms of the pages about recommendations."""

import uuid
from collections.abc import Collection

from django import forms
from django.http import QueryDict

from shop.catalogue.navigation import offered_categories


class CategoryChoiceForm(forms.Form):
    """Selects liked categories among those offered. The service limits how many."""

    categories = forms.TypedMultipleChoiceField(
        coerce=uuid.UUID, error_messages={"required": "Choose at least one category, or skip this."}
    )

    def __init__(self, data: QueryDict | None, *, chosen: Collection[uuid.UUID]) -> None:
        super().__init__(data, initial={"categories": [str(category_id) for category_id in chosen]})
        self.offered = offered_categories()
        self.fields["categories"].choices = [(entry["id"], entry["name"]) for entry in self.offered]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> Collection[str]:
        """The ids of the categories to show as chosen: those sent, or those chosen before."""
        return self["categories"].value() or []
