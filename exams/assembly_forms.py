"""Shapes of what exam administrators type about forms. No decisions here."""

from django import forms
from django.core.validators import RegexValidator

from exams.models import FormMode

MOST_SHARED = 500
REASON_HINT = "Kept with the form. No names of candidates."


class AssembleForm(forms.Form):
    """How many parallel forms, how alike, from which seed."""

    name = forms.CharField(
        label="Name of the forms",
        max_length=60,
        help_text="Each gets a free letter behind it, such as tms-technician-B.",
        validators=[RegexValidator(r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*\Z", "Use letters, digits and single hyphens.")],
    )
    count = forms.IntegerField(label="Number of parallel forms", min_value=1, max_value=6, initial=1)
    overlap = forms.IntegerField(
        label="Items that two of them may share",
        min_value=0,
        max_value=MOST_SHARED,
        required=False,
        help_text="Counts with two forms or more. Empty: as many as it takes.",
    )
    seed = forms.CharField(
        max_length=64,
        required=False,
        help_text="Hexadecimal digits. The same seed on the same bank gives the same forms. Empty: a new one is drawn.",
        validators=[RegexValidator(r"^([0-9a-f]{2})+\Z", "Use pairs of the digits 0 to 9 and a to f.")],
    )


class SwapForm(forms.Form):
    """Another item for one place."""

    position = forms.IntegerField(label="Place to change", min_value=1, max_value=1000)
    put_in = forms.CharField(label="Code of the item to put there", max_length=32)
    reason = forms.CharField(label="Reason for the change", max_length=500, help_text=REASON_HINT)

    def clean_put_in(self) -> str:
        """Codes are written in capitals."""
        return str(self.cleaned_data["put_in"]).strip().upper()


class UseForm(forms.Form):
    """What becomes of a form in an exam, and why."""

    form_id = forms.IntegerField(widget=forms.HiddenInput)
    act = forms.ChoiceField(
        choices=[
            ("activate", "Make it the active form"),
            ("add", "Give it out at retakes"),
            ("withdraw", "Withdraw it"),
        ],
        error_messages={"required": "Choose what becomes of the form."},
    )
    reason = forms.CharField(
        max_length=500,
        help_text=REASON_HINT,
        error_messages={"required": "Say why. The reason is kept with the form."},
    )


class PolicyForm(forms.Form):
    """How an exam gives out forms."""

    form_mode = forms.ChoiceField(label="Where an attempt gets its form from", choices=FormMode.choices)
    different_form_required = forms.BooleanField(
        label="Nobody gets a form twice",
        required=False,
        help_text="With fixed forms: who has seen all of them cannot start until there is another one.",
    )
    overlap_limit = forms.IntegerField(
        label="Items that a form may share with one seen before",
        min_value=0,
        max_value=MOST_SHARED,
        required=False,
        help_text="Empty: no limit.",
    )
    exposure_days = forms.IntegerField(
        label="Days that count for exposure", min_value=1, max_value=3650, help_text="Attempts of so many days."
    )
