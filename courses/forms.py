"""Shape of what applicants and registrars enter. What follows from it is decided by rules and actions."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from courses.models import Degree, DegreeField, Pathway, Tasks
from courses.rules.admission import CODE_OF_CONDUCT_VERSION, Facts, Reason

PATHWAY_HINTS = {
    Pathway.ACADEMIC: "You have an associate’s or bachelor’s degree in health, nursing, psychology or medicine.",
    Pathway.EXPERIENCE: "You have a secondary school diploma and at least 1,000 hours of psychiatric or medical work.",
    Pathway.PROVIDER: "You work for a TMS provider, and a physician there supervises you.",
    Pathway.LICENSED: "You are a licensed clinician, or a registered EEG technologist.",
}
LONGEST_LINE = 200
LONGEST_TEXT = 2000
MOST_HOURS = 100_000


class ChoiceRows(forms.RadioSelect):
    """Options as big rows to press, each with an optional hint."""

    template_name = "courses/forms/choice_rows.html"

    def __init__(self, hints: dict[Any, str] | None = None) -> None:
        """Keep the hint of each value."""
        super().__init__()
        self.hints = {str(value): hint for value, hint in (hints or {}).items()}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Put the hint beside its option; the row itself is the label."""
        option = super().create_option(name, value, *args, **kwargs)
        return {**option, "hint": self.hints.get(str(value), ""), "wrap_label": False}

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """Let the error summary lead to the first option."""
        return super().id_for_label(id_, index if index is not None else "0")


class WholeNumberField(forms.IntegerField):
    """A number as people type it: "1,200" and "1 200" are 1200."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        """Drop blanks and thousands separators."""
        return super().to_python("".join(str(value).replace(",", "").split()) if value is not None else value)


def _day_field(label: str, hint: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": f"{label}: enter the date.",
            "invalid": f"{label}: write the date as year-month-day, like 2027-03-31.",
        },
    )


def _line_field(label: str, hint: str = "") -> forms.CharField:
    return forms.CharField(label=label, help_text=hint, max_length=LONGEST_LINE)


class PathwayForm(forms.Form):
    """By which road somebody applies."""

    use_required_attribute = False
    pathway = forms.ChoiceField(
        label="Which of these describes you best?",
        choices=Pathway.choices,
        widget=ChoiceRows(PATHWAY_HINTS),
        error_messages={"required": "Choose the pathway that describes you best."},
    )


class FactsForm(forms.Form):
    """What everybody declares. Each pathway adds its own facts above."""

    pathway: ClassVar[Pathway]
    use_required_attribute = False

    bls_valid_until = _day_field(
        "Your basic life support (BLS) card is valid until", "The last day printed on the card."
    )
    can_do_tasks = forms.ChoiceField(
        label="Can you do the tasks at the chair?",
        help_text="See a finger twitch, lift and hold the coil, hear an alarm.",
        choices=Tasks.choices,
        widget=ChoiceRows(),
    )
    accommodations = forms.CharField(
        label="What would help you do these tasks",
        help_text="For example a coil arm or an alarm with a light. Do not tell us a diagnosis. "
        "Besides you, only the registrar who decides reads this.",
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    is_adult = forms.BooleanField(label="I am 18 or older", help_text="We keep only this yes, no date of birth.")
    conduct_version = forms.BooleanField(
        label="I accept the code of conduct",
        widget=forms.CheckboxInput(attrs={"value": CODE_OF_CONDUCT_VERSION}),
    )

    def clean_conduct_version(self) -> str:
        """Return the version that the page showed, as it was sent with the tick."""
        return str(self.data.get("conduct_version", ""))[:16]

    @property
    def facts(self) -> Facts:
        """What was declared, as far as it could be read; what is missing counts as not said."""
        known = {field.name for field in fields(Facts)}
        read = {name: value for name, value in self.cleaned_data.items() if name in known}
        nothing: dict[str, Any] = {
            "is_adult": False,
            "bls_valid_until": None,
            "conduct_version": "",
            "can_do_tasks": "",
        }
        return Facts(**{**nothing, **read, "pathway": self.pathway.value})

    @property
    def unknown_names(self) -> set[str]:
        """Names that were sent and that this form does not have."""
        return set(self.data) - set(self.fields) - {"csrfmiddlewaretoken"}

    def explain(self, reasons: Iterable[Reason]) -> None:
        """Put each reason of the rule beside its field; it says more than "this field is required"."""
        for reason in reasons:
            field = reason.field if reason.field in self.fields else None
            if field and self.has_error(field):
                if not self.has_error(field, "required"):
                    continue
                del self.errors[field]
            self.add_error(field, ValidationError(reason.sentence, code=reason.code))


class AcademicForm(FactsForm):
    """Facts of pathway A."""

    pathway = Pathway.ACADEMIC
    degree = forms.ChoiceField(label="Your highest degree", choices=Degree.choices, widget=ChoiceRows())
    degree_field = forms.ChoiceField(
        label="The field of your degree",
        choices=DegreeField.choices,
        widget=ChoiceRows(),
        error_messages={"required": "Choose the field of your degree."},
    )
    field_order = ["degree", "degree_field"]


class ExperienceForm(FactsForm):
    """Facts of pathway B."""

    pathway = Pathway.EXPERIENCE
    has_diploma = forms.BooleanField(label="I have a secondary school diploma")
    hours = WholeNumberField(
        label="Hours of psychiatric or medical work",
        help_text="All of them together; a full year of full-time work is about 1,800.",
        min_value=0,
        max_value=MOST_HOURS,
        error_messages={"invalid": "Write the hours as a whole number, like 1200."},
    )
    employer = _line_field("Employer who can confirm the hours", "Name and town.")
    field_order = ["has_diploma", "hours", "employer"]


class ProviderForm(FactsForm):
    """Facts of pathway C."""

    pathway = Pathway.PROVIDER
    employer = _line_field("TMS provider who employs you", "Name and town.")
    supervising_physician = _line_field("Physician who supervises you")
    evidence_to_follow = forms.BooleanField(
        label="I will hand in the evidence of pathway A or B within 12 months",
        help_text="A degree in a listed field, or a diploma and 1,000 hours of work.",
    )
    field_order = ["employer", "supervising_physician", "evidence_to_follow"]


class LicensedForm(FactsForm):
    """Facts of pathway D."""

    pathway = Pathway.LICENSED
    licence = _line_field("Licence or credential", "What it is, who gave it, and its number.")
    licence_valid_until = _day_field("Your licence is valid until", "The last day printed on it.")
    field_order = ["licence", "licence_valid_until"]


FACTS_FORMS: dict[Pathway, type[FactsForm]] = {
    form.pathway: form for form in (AcademicForm, ExperienceForm, ProviderForm, LicensedForm)
}


def digest_of(facts: Facts) -> str:
    """Return what identifies these facts: SHA-256 over their JSON. Equal facts give equal digests."""
    text = json.dumps(asdict(facts), sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class DecisionForm(forms.Form):
    """A registrar's decision about an application."""

    ADMIT = "admit"
    DECLINE = "decline"

    use_required_attribute = False
    decision = forms.ChoiceField(
        label="Your decision",
        choices=[(ADMIT, "Admit"), (DECLINE, "Decline")],
        widget=ChoiceRows({ADMIT: "Enrols the applicant.", DECLINE: "The applicant gets your reason."}),
        error_messages={"required": "Choose whether to admit or to decline."},
    )
    documents_seen = forms.BooleanField(
        label="I have seen the documents listed above, and they agree with what is declared",
        error_messages={"required": "Confirm that you have seen the documents before you admit."},
    )
    reason = forms.CharField(
        label="Reason, if you decline",
        help_text="The applicant reads it as you write it.",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why you decline, so that the applicant knows what to do."},
    )

    def clean(self) -> dict[str, Any]:
        """Ask only for what the chosen decision needs: the documents to admit, the reason to decline."""
        needed = {self.ADMIT: "documents_seen", self.DECLINE: "reason"}.get(self.cleaned_data.get("decision", ""))
        for name in {"documents_seen", "reason"} - {needed}:
            self.errors.pop(name, None)
        return self.cleaned_data


class QueueForm(forms.Form):
    """Finding applications."""

    q = forms.CharField(required=False, max_length=LONGEST_LINE)
