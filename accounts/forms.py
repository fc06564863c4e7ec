"""Account forms."""

from django import forms


class SignupForm(forms.Form):
    """What sign-up asks for besides allauth's own fields."""

    def signup(self, request: object, user: object) -> None:
        """Called by allauth after the user was saved."""
