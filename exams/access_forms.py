"""Shape of what exam administrators send about accommodations, more time and the policy of an exam."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from exams.actions.policies import FEWEST_DAYS, MOST_DAYS, ExamValues, NewSecrets, PolicyValues
from exams.models import Exam, ExamPolicy, Ground, Release
from exams.rules.accommodations import Adjustments
from exams.rules.attempt_policy import Outcome
from exams.rules.networks import read_ranges
from exams.rules.safe_exam_browser import LARGEST_FILE, SettingsError, read_browser_keys
from lms.look.templatetags.moments import offset_text

LONGEST_DAYS = 3650
MOMENT_FORMAT = "%Y-%m-%dT%H:%M"
COUNTING_OUTCOMES = (
    (Outcome.PASSED.value, "Passed"),
    (Outcome.FAILED.value, "Not passed"),
    (Outcome.VOIDED_MISCONDUCT.value, "Void after misconduct"),
    (Outcome.VOIDED_TECHNICAL.value, "Void after a technical fault"),
)


def _multiplier(**changes: Any) -> forms.DecimalField:
    arguments: dict[str, Any] = {
        "label": "Time, times the base time",
        "help_text": "1 is the base time, 1.5 half as much again.",
        "min_value": Decimal(1),
        "max_value": Decimal(5),
        "max_digits": 4,
        "decimal_places": 2,
        "initial": Decimal(1),
    }
    return forms.DecimalField(**arguments | changes)


def _extra_minutes() -> forms.DecimalField:
    return forms.DecimalField(
        label="Minutes on top",
        min_value=Decimal(0),
        max_value=Decimal(600),
        max_digits=5,
        decimal_places=2,
        initial=Decimal(0),
    )


def _days(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=FEWEST_DAYS, max_value=MOST_DAYS, help_text=help_text)


class AccommodationForm(forms.Form):
    """One grant. There is no field for free text: nothing about health is kept."""

    multiplier = _multiplier()
    extra_minutes = _extra_minutes()
    break_minutes = forms.IntegerField(
        label="Minutes of breaks in all",
        min_value=0,
        max_value=240,
        initial=0,
        help_text="The invigilator stops the clock in them.",
    )
    large_print = forms.BooleanField(label="Large print", required=False)
    separate_room = forms.BooleanField(label="Separate room", required=False)
    reader = forms.BooleanField(label="Reader", required=False)
    ground = forms.ChoiceField(label="On what it rests", choices=Ground.choices, widget=forms.RadioSelect)
    valid_from = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    valid_until = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: until somebody ends it.",
    )
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @property
    def grant(self) -> dict[str, Any]:
        """The arguments of the action."""
        data = dict(self.cleaned_data)
        adjustments = Adjustments(**{name: data.pop(name) for name in Adjustments.__dataclass_fields__})
        return data | {"adjustments": adjustments, "ground": Ground(data["ground"])}


class MoreTimeForm(forms.Form):
    """More time for an attempt that runs."""

    multiplier = _multiplier()
    extra_minutes = _extra_minutes()
    reason = forms.CharField(
        label="Reason", max_length=300, help_text="What happened, in a few words. Nothing about health."
    )


class UnblockForm(forms.Form):
    """Why a blocked attempt may go on."""

    reason = forms.CharField(label="Reason", max_length=300, help_text="What you saw at the device.")


class ExamPolicyForm(forms.Form):
    """The policy of an exam as one page; what is secret is never shown again."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    opens_at = forms.DateTimeField(label="Opens", required=False, input_formats=[MOMENT_FORMAT])
    closes_at = forms.DateTimeField(
        label="Closes", required=False, input_formats=[MOMENT_FORMAT], help_text="The close beats the time limit."
    )
    accommodation_moves_close = forms.BooleanField(
        label="Closes later for those who have more time, by as much as they have", required=False
    )
    maximum_attempts = forms.IntegerField(label="Attempts", min_value=1, max_value=100)
    window_days = forms.IntegerField(label="In how many days", min_value=1, max_value=LONGEST_DAYS)
    wait_days = forms.CharField(
        label="Days to wait after each attempt",
        required=False,
        max_length=100,
        help_text="After the first, the second and so on: 14, 30. The last number holds for all later ones.",
    )
    wait_after_last_days = forms.IntegerField(
        label="Days to wait when all attempts are used", min_value=0, max_value=LONGEST_DAYS
    )
    counts = forms.MultipleChoiceField(
        label="What uses up an attempt", choices=COUNTING_OUTCOMES, widget=forms.CheckboxSelectMultiple, required=False
    )
    wait_after_pass_days = forms.IntegerField(
        label="Days to wait after a pass",
        min_value=0,
        max_value=LONGEST_DAYS,
        required=False,
        help_text="Empty: whoever passed does not come again.",
    )
    password = forms.CharField(
        label="New exam password",
        required=False,
        max_length=128,
        min_length=4,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    remove_password = forms.BooleanField(label="Remove the exam password", required=False)
    networks = forms.CharField(
        label="Networks of the exam places",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line, such as 192.0.2.0/24 or 2001:db8::/32. Empty: from anywhere.",
    )
    seb_required = forms.BooleanField(
        label="Safe Exam Browser is needed",
        required=False,
        help_text="It, the file and the keys stay as they are while candidates are in the exam.",
    )
    settings_file = forms.FileField(
        label="Settings file of Safe Exam Browser (.seb)",
        required=False,
        help_text="Not encrypted. The Config Key is worked out from it, and candidates download it.",
    )
    seb_browser_keys = forms.CharField(
        label="Browser Exam Keys",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One a line, one for each version and system. Empty: any version.",
    )
    release = forms.ChoiceField(
        label="When candidates learn their result",
        choices=Release.choices,
        widget=forms.RadioSelect,
        help_text="Going back from two people to at once waits until a second person confirms it.",
    )
    appeal_days = _days("Days in which a candidate can appeal", "From the release. Results that are out follow it too.")
    decision_days = _days("Days in which an appeal is decided", "From its arrival. Appeals that wait keep their day.")
    regrade_may_lower = forms.BooleanField(label="A corrected key may lower a released result", required=False)
    reason = forms.CharField(label="Reason for the change", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Name the clock by which times are read."""
        super().__init__(*args, **kwargs)
        zone = offset_text(timezone.localtime())
        for name in ("opens_at", "closes_at"):
            self.fields[name].widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT_FORMAT)
            self.fields[name].label = f"{self.fields[name].label} ({zone})"

    @staticmethod
    def values_of(exam: Exam, policy: ExamPolicy) -> dict[str, Any]:
        """What the page shows first."""
        names = (*PolicyValues.__dataclass_fields__, "revision")
        shown = {name: getattr(policy, name) for name in names}
        shown |= {name: getattr(exam, name) for name in ExamValues.__dataclass_fields__}
        shown["wait_days"] = ", ".join(str(days) for days in policy.wait_days)
        for name in ("networks", "seb_browser_keys"):
            shown[name] = "\n".join(shown[name])
        return shown

    def clean_wait_days(self) -> list[int]:
        """Read whole numbers of days, with commas."""
        words = str(self.cleaned_data["wait_days"]).replace(",", " ").split()
        if not all(word.isascii() and word.isdecimal() and len(word) <= 4 for word in words):
            raise forms.ValidationError("Write whole numbers of days with commas between them, such as 14, 30.")
        return [int(word) for word in words]

    def clean_networks(self) -> list[str]:
        """Read networks."""
        try:
            return list(read_ranges(self.cleaned_data["networks"]))
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_seb_browser_keys(self) -> list[str]:
        """Read keys."""
        try:
            return list(read_browser_keys(self.cleaned_data["seb_browser_keys"]))
        except SettingsError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_settings_file(self) -> "UploadedFile[Any] | None":
        """Refuse what is too large before it is read."""
        file: UploadedFile[Any] | None = self.cleaned_data["settings_file"]
        if file is not None and (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 512 kB. A settings file is not; choose another file.")
        return file

    def clean_counts(self) -> list[str]:
        """Keep the order in which they are stored."""
        return sorted(self.cleaned_data["counts"])

    @property
    def values(self) -> PolicyValues:
        """The policy as it is wanted."""
        return PolicyValues(**{name: self.cleaned_data[name] for name in PolicyValues.__dataclass_fields__})

    @property
    def exam_values(self) -> ExamValues:
        """What the exam itself tells, as it is wanted."""
        return ExamValues(**{name: self.cleaned_data[name] for name in ExamValues.__dataclass_fields__})

    @property
    def secrets(self) -> NewSecrets:
        """Password and file, where they are to change."""
        data = self.cleaned_data
        password = "" if data["remove_password"] else (data["password"] or None)
        return NewSecrets(password, data["settings_file"].read() if data["settings_file"] else None)
