"""Looking at lists as a shopper: the form that asks for one, shared by ranking profiles and rule sets."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from recommendations.admin.choices import category_field, product_field
from recommendations.lists.requests import Intent, Question

LIMITS = (12, 24, 48)


class PreviewForm(forms.Form):
    """Which list to look at. Asking for a person takes the permission to see profiles of shoppers."""

    intent = forms.ChoiceField(
        choices=[(intent.value, intent.value) for intent in Intent], widget=UnfoldAdminSelectWidget
    )
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
        if cleaned.get("intent") == Intent.SIMILAR and not cleaned.get("product") and "product" not in self.errors:
            self.add_error("product", "Similar to what? Choose a product.")
        return cleaned

    @property
    def shopper_id(self) -> uuid.UUID | None:
        """Whose list is asked for, None: a stranger's; only after `is_valid`."""
        shopper_id: uuid.UUID | None = self.cleaned_data.get("shopper")
        return shopper_id

    def question(self) -> Question:
        """Return what is asked; only after `is_valid`."""
        asked = self.cleaned_data
        moment = asked.get("moment")
        return Question(
            intent=Intent(asked["intent"]),
            slot=asked["slot"],
            product_id=asked["product"].pk if asked["product"] else None,
            category_id=asked["category"].pk if asked["category"] else None,
            limit=asked["limit"],
            moment=moment if moment is None or timezone.is_aware(moment) else timezone.make_aware(moment),
        )
