"""Forms of the shop's pages."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from shop.cart.models import MOST_OF_ONE_PRODUCT
from shop.opinions.models import Review
from shop.orders.models import Order
from shop.orders.services import Address

_AUTOCOMPLETE = {
    "full_name": "name",
    "email": "email",
    "street": "street-address",
    "postal_code": "postal-code",
    "city": "address-level2",
    "country": "country-name",
}


class QuantityForm(forms.Form):
    """A quantity; `step` is added by the buttons beside the field."""

    quantity = forms.IntegerField(
        min_value=0,
        max_value=MOST_OF_ONE_PRODUCT,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), f"Choose a quantity from 1 to {MOST_OF_ONE_PRODUCT}."
        ),
    )
    step = forms.IntegerField(required=False, validators=[MinValueValidator(-1), MaxValueValidator(1)])

    def total(self) -> int:
        """Return the quantity with the step added, never below 0; only after `is_valid`."""
        return max(0, self.cleaned_data["quantity"] + (self.cleaned_data["step"] or 0))


class CheckoutForm(forms.ModelForm):
    """The delivery address, with hidden values that make one form one order at the total it shows."""

    checkout_key = forms.UUIDField(widget=forms.HiddenInput)
    expected_total = forms.DecimalField(widget=forms.HiddenInput, required=False, max_digits=12, decimal_places=2)

    class Meta:
        model = Order
        fields = ["full_name", "email", "street", "postal_code", "city", "country"]
        labels = {"email": "Email address", "street": "Street and number"}
        help_texts = {"email": "Where we can reach you about this order."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, purpose in _AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = purpose

    def address(self) -> Address:
        """Return the checked address; only after `is_valid`."""
        return Address(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class ReviewForm(forms.ModelForm):
    """Stars, and a text if the shopper likes."""

    stars = forms.TypedChoiceField(
        choices=[(number, f"{number} star{'s' if number > 1 else ''}") for number in range(1, 6)],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose 1 to 5 stars."},
    )

    class Meta:
        model = Review
        fields = ["stars", "title", "body"]
        labels = {"title": "Headline (optional)", "body": "Your review (optional)"}
        widgets = {"body": forms.Textarea(attrs={"rows": 4})}
