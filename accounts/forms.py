"""Account forms."""

from django import forms
from django.http import HttpRequest

from accounts.models import User

_NAME = User._meta.get_field("name")


class SignupForm(forms.Form):
    """What sign-up asks for besides allauth's own fields: a name, if the shopper wants to give one."""

    name = forms.CharField(
        label="Name (optional)",
        max_length=_NAME.max_length,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1", "password2"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth after the user was saved."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class ProfileForm(forms.ModelForm):
    """What a shopper may change about themselves; the e-mail address has a page of its own."""

    class Meta:
        model = User
        fields = ["name"]
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "name"})}
