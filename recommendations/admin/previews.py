"""Form of a preview of a list, shared by ranking profiles and rule sets."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from recommendations.admin.choices import category_field, product_field
from recommendations.lists.intents.registry import INTENTS, intent_choices
from recommendations.lists.questions import Question

LIMITS = (12, 24, 48)


class PreviewForm(forms.Form):
    """Selects a list to look at. Asking for a person takes the permission to see profiles of shoppers."""

    intent = forms.ChoiceField(choices=intent_choices, widget=UnfoldAdminSelectWidget)
    shopper = forms.CharField(
        required=False,
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
        help_text="E-mail address, or the id of an account or visitor. Empty: a stranger.",
    )
    product = product_field(help_text="What similar and complementary products start from.")
    category = category_field(help_text="Only products of it, or below.")
    slot = forms.CharField(
        required=False,
        max_length=32,
        widget=UnfoldAdminTextInputWidget,
        help_text="home, product, cart, … Empty: none.",
    )
    limit = forms.TypedChoiceField(
        coerce=int, label="Products", choices=[(limit, limit) for limit in LIMITS], widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not request.user.has_perm("recommendations.view_shopperprofile"):
            del self.fields["shopper"]

    def clean_shopper(self) -> uuid.UUID | None:
        words = self.cleaned_data["shopper"].strip()
        if not words:
            return None
        if "@" in words:
            user = User.objects.filter(email__iexact=words).first()
            if user is None:
                raise ValidationError("There is no account with this e-mail address.")
            return user.pk
        try:
            return uuid.UUID(words)
        except ValueError:
            raise ValidationError("Neither an e-mail address nor an id.") from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        intent = INTENTS.get(cleaned.get("intent", ""))
        if intent and intent.needs_product and not cleaned.get("product") and "product" not in self.errors:
            self.add_error("product", f"“{intent.title}” needs a product: choose one.")
        return cleaned

    @property
    def shopper_id(self) -> uuid.UUID | None:
        """The shopper to look as, None for a stranger; only after `is_valid`."""
        shopper_id: uuid.UUID | None = self.cleaned_data.get("shopper")
        return shopper_id

    def question(self) -> Question:
        """Return the question; only after `is_valid`."""
        cleaned = self.cleaned_data
        moment = cleaned.get("moment")
        return Question(
            INTENTS[cleaned["intent"]],
            slot=cleaned["slot"],
            product_id=cleaned["product"].pk if cleaned["product"] else None,
            category_id=cleaned["category"].pk if cleaned["category"] else None,
            limit=cleaned["limit"],
            moment=moment if moment is None or timezone.is_aware(moment) else timezone.make_aware(moment),
        )
