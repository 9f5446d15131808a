"""Shape of what staff send about assessors: a qualification, its withdrawal, a conflict to be allowed."""

from datetime import timedelta
from typing import Any

from django import forms

from courses.models import Programme
from exams.actions.assessors import Grounds
from exams.models import DEVICE_FAMILIES, AssessorQualification, Qualification
from exams.rules.assessors import DeviceFamily
from lms.accounts.days import site_day

USUAL_DAYS = 365
TRUSTED, DOUBTED = "trusted", "doubted"


def _day(label: str, ask: str, help_text: str = "", **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": ask, "invalid": "Enter the day as 2026-05-31."},
        **more,
    )


class QualificationForm(forms.Form):
    """One qualification; with `renews` it holds in the place of another."""

    basis = forms.TypedChoiceField(
        label="Qualified as",
        choices=Qualification.choices,
        coerce=Qualification,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what entitles this person to assess."},
    )
    programme = forms.ModelChoiceField(queryset=Programme.objects.none(), required=False, empty_label="Every programme")
    stations = forms.CharField(
        label="Stations",
        required=False,
        max_length=200,
        help_text="Codes with blanks between them, such as P01 P02. Empty: every station.",
    )
    families = forms.TypedMultipleChoiceField(
        label="Kinds of device",
        choices=DEVICE_FAMILIES,
        coerce=DeviceFamily,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one kind of device."},
    )
    trained_on = _day("Assessor training", "Enter the day of the assessor training.", "Its last day.")
    calibrated_on = _day(
        "Last calibration", "Enter the day of the last calibration.", "It has to be done again within a year."
    )
    valid_from = _day("First day", "Enter the first day.")
    valid_until = _day("Last day", "Enter the last day.", "At most three years after the first.")
    note = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What you saw as proof.",
    )
    renews = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the programmes of the site."""
        super().__init__(*args, **kwargs)
        programmes: Any = self.fields["programme"]
        programmes.queryset = Programme.objects.order_by("title")

    def clean_stations(self) -> list[str]:
        """Split the codes, in capitals, each once."""
        words = str(self.cleaned_data["stations"]).replace(",", " ").upper().split()
        return sorted(set(words))

    @property
    def grounds(self) -> Grounds:
        """What the action takes."""
        return Grounds(**{name: value for name, value in self.cleaned_data.items() if name != "renews"})

    @property
    def choice_groups(self) -> list[forms.BoundField]:
        """The fields that are shown as rows to tap."""
        return [self["basis"], self["families"]]


def first_values(newest: AssessorQualification | None) -> dict[str, Any]:
    """Return what the form begins with: a year from today, and what the newest qualification says."""
    today = site_day()
    if newest is None:
        begin = {"valid_from": today, "valid_until": today + timedelta(days=USUAL_DAYS)}
        return begin | {"families": [DeviceFamily.FIGURE_EIGHT.value]}
    start = max(today, min(newest.valid_until, today + timedelta(days=USUAL_DAYS)))
    return {
        "basis": newest.basis,
        "programme": newest.programme_id,
        "stations": " ".join(newest.stations),
        "families": newest.device_families,
        "trained_on": newest.trained_on,
        "valid_from": today,
        "valid_until": start + timedelta(days=USUAL_DAYS),
        "renews": newest.pk,
    }


class WithdrawalForm(forms.Form):
    """Why somebody may not assess any more, and what that means for what they signed."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Staff see it. Certificates and their holders do not.",
        error_messages={"required": "Say why the qualification is withdrawn."},
    )
    trust = forms.ChoiceField(
        label="The records that they signed",
        choices=[
            (TRUSTED, "Stay trusted: this person stops assessing"),
            (DOUBTED, "Are in doubt from a day on: certificates that rest on them go to the list of doubts"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the withdrawal means for signed records."},
    )
    doubted_from = _day("In doubt from", "Enter the day.", "Only where records are in doubt.", required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the day where records are in doubt, and only there."""
        cleaned: dict[str, Any] = super().clean() or {}
        day, doubted = cleaned.get("doubted_from"), cleaned.get("trust") == DOUBTED
        if doubted and day is None and "doubted_from" not in self.errors:
            self.add_error("doubted_from", "Enter the first day whose records are in doubt.")
        if day is not None and cleaned.get("trust") == TRUSTED:
            self.add_error("doubted_from", "Leave the day empty, or choose that records are in doubt.")
        return cleaned


class OverrideForm(forms.Form):
    """Why somebody may assess in spite of a conflict."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Why nobody else can assess, and how it stays fair. It stands in the record, with both names.",
        error_messages={"required": "Say why. The second person decides by your reason."},
    )
