"""Shape of what people enter about certificates."""

from collections.abc import Iterable
from typing import Any

from django import forms

from certificates.models import ReissueRequest, Revocation
from certificates.suspensions import REINSTATING, SUSPENDING
from lms.accounts.models import User


class SearchForm(forms.Form):
    """Finding certificates in the register."""

    q = forms.CharField(
        label="Find a certificate",
        required=False,
        max_length=300,
        help_text="Number, part of the name, or the holder's e-mail address.",
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class WatchForm(forms.Form):
    """Where to tell of changes of a certificate."""

    email = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        help_text="We send a mail with a link to confirm it. We use the address for nothing else.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": "Enter your e-mail address.",
            "invalid": "Enter an e-mail address such as name@clinic.org.",
        },
    )


def _reason(choices: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Reason",
        choices=list(choices),
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a reason.", "invalid_choice": "Choose one of these reasons."},
    )


class OutOfForceForm(forms.Form):
    """What everybody reads of a certificate that goes out of force, and what only registrars do."""

    field_order = ("reason",)

    public_text = forms.CharField(
        label="What people see who check the certificate",
        max_length=300,
        help_text="One or two sentences, at most 300 characters. No personal details.",
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what people see who check the certificate."},
    )
    private_note = forms.CharField(
        label="Note for the register",
        required=False,
        max_length=4000,
        help_text="Only registrars see it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RevokeForm(OutOfForceForm):
    """Why a certificate is taken back."""

    reason = _reason(Revocation.Reason.choices)


class ConfirmRevocationForm(RevokeForm):
    """The same answers, carried along unseen, and the registrar's own password."""

    password = forms.CharField(
        label="Your password",
        help_text="Type it again: revoking cannot be undone.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Type your password."},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Remember whose password it must be."""
        super().__init__(*args, **kwargs)
        self.person = person
        for name in ("reason", "public_text", "private_note"):
            self.fields[name].widget = forms.HiddenInput()

    def clean_password(self) -> str:
        """Refuse a wrong password."""
        password: str = self.cleaned_data["password"]
        if not self.person.check_password(password):
            raise forms.ValidationError("This is not your password. Type it again.")
        return password


class SuspendForm(OutOfForceForm):
    """Why a certificate is out of force for now."""

    reason = _reason((reason.value, str(reason.label)) for reason in SUSPENDING)


class ReinstateForm(forms.Form):
    """Why a certificate comes back into force."""

    reason = _reason((reason.value, str(reason.label)) for reason in REINSTATING)
    private_note = forms.CharField(
        label="What was found",
        max_length=4000,
        help_text="The second person decides by it. Only registrars see it.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Write what was found. The second person decides by it."},
    )


class ReissueForm(forms.Form):
    """Which name a certificate shall have instead."""

    wanted_name = forms.CharField(
        label="Name as it shall stand on the certificate",
        max_length=120,
        help_text="As in your identity document, in your own script.",
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Type the name."},
    )
    reason = forms.ChoiceField(
        label="Why",
        choices=ReissueRequest.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose why.", "invalid_choice": "Choose one of these."},
    )
    explanation = forms.CharField(
        label="What the registrar shall know",
        max_length=2000,
        help_text="What happened, and which document shows it. Do not send the document here.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say what happened, and which document shows it."},
    )
