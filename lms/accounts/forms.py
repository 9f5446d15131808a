"""Forms about accounts."""

from allauth.account.forms import SignupForm
from django import forms

from lms.accounts.names import clean_name


class JoinForm(SignupForm):
    """Joining: name, address, password."""

    full_name = forms.CharField(
        label="Full name",
        max_length=120,
        help_text="As it shall stand on your certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ["full_name", "email", "password1"]

    def clean_full_name(self) -> str:
        """Refuse what cannot be printed as one name."""
        return clean_name(self.cleaned_data["full_name"])
