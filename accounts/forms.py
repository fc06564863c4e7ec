"""Account forms."""

from django import forms
from django.http import HttpRequest

from accounts.models import User

_NAME = User._meta.get_field("name")


class SignupForm(forms.Form):
    """Fields of the sign-up page besides those of allauth: an optional name."""

    name = forms.CharField(
        label="Name (optional)",
        max_length=_NAME.max_length,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Save the name; allauth calls this after it saved the user."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):
    """Fields that shoppers change themselves; the e-mail address has a page of its own."""

    class Meta:
        model = User
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
