"""Forms about accounts."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SignupForm,
)
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms

from lms.accounts.names import clean_name
from lms.accounts.zones import zones_by_area

POLICY_SENTENCE = "At least 15 characters. Four words that do not belong together make a good one. You may paste."


def zone_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """Return the browser's own, UTC and every zone named after a place, grouped by area, as choices of a select box."""
    return [("", "As my browser’s clock"), ("UTC", "UTC"), *zones_by_area()]


class NamedErrorsForm(forms.Form):
    """A form whose empty fields are named in their errors, so that the summary on top says what to do (F1)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the errors after the labels."""
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = f"Enter your {str(field.label).lower()}."


class FullNameForm(NamedErrorsForm):
    """Whatever asks for the name that certificates show."""

    full_name = forms.CharField(
        label="Full name",
        max_length=120,
        help_text="As it shall stand on your certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    def clean_full_name(self) -> str:
        """Refuse what cannot be printed as one name."""
        return clean_name(self.cleaned_data["full_name"])


class JoinForm(FullNameForm, SignupForm):  # type: ignore[misc]  # allauth types clean() more loosely than Django
    """Joining: name, address, password."""

    field_order = ["full_name", "email", "password1"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say the password policy as one sentence before it is broken."""
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = POLICY_SENTENCE


class SignInForm(NamedErrorsForm, LoginForm):
    """Signing in with address and password."""


class ForgottenPasswordForm(NamedErrorsForm, ResetPasswordForm):
    """Asking for a link to set a new password."""


class NewPasswordForm(NamedErrorsForm, ChangePasswordForm):
    """Changing the password while signed in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say the password policy as one sentence."""
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = POLICY_SENTENCE


class ResetPasswordByLinkForm(NamedErrorsForm, ResetPasswordKeyForm):
    """Setting a new password behind the link from the mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say the password policy as one sentence."""
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = POLICY_SENTENCE


class ConfirmPasswordForm(NamedErrorsForm, ReauthenticateForm):
    """Showing again who one is."""


class AddKeyForm(AddWebAuthnForm):
    """Adding a passkey or a security key, in words for people who have neither yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what each answer means."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name of the key"
        self.fields["passwordless"].label = "Sign in with this key alone"
        self.fields[
            "passwordless"
        ].help_text = "A passkey: it asks for your fingerprint, face or PIN instead of the password."


class AccountDetailsForm(FullNameForm):
    """The parts of an account that a person changes without help."""

    time_zone = forms.ChoiceField(
        label="Time zone",
        choices=zone_choices,
        required=False,
        help_text="Dates and times are shown in this zone.",
    )
