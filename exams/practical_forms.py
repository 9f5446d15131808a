"""Forms of the practical: the shape of what people type, never a decision."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from courses.models import Enrolment
from exams.models import DEVICE_FAMILIES, Qualification, Sitting
from exams.rules.assessors import DeviceFamily
from exams.rules.rubrics import EntrustmentLevel, RubricContent
from lms.accounts.models import RoleGrant, User
from lms.accounts.proofs import Given, needs_code
from lms.accounts.roles import Role

PROOF_FIELDS = ("password", "code", "passkey")


class FindForm(forms.Form):
    """Look for a person by name."""

    q = forms.CharField(label="Name", required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"}))


class AssignSittingForm(forms.Form):
    """Who assesses, when, where and what."""

    assessor = forms.ModelChoiceField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose",
        error_messages={"required": "Choose the assessor."},
    )
    scheduled_for = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day."},
    )
    starts = forms.TimeField(
        label="Start",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter when it starts.", "invalid": "Enter the time as 14:30."},
    )
    place = forms.CharField(
        max_length=120, help_text="Clinic and room.", error_messages={"required": "Enter the place: clinic and room."}
    )
    device = forms.CharField(
        max_length=120,
        help_text="Stimulator and coil, for example MagPro R30 with Cool-B65.",
        error_messages={"required": "Enter the device: stimulator and coil."},
    )
    device_family = forms.TypedChoiceField(
        label="Kind of device",
        choices=DEVICE_FAMILIES,
        coerce=DeviceFamily,
        initial=DeviceFamily.FIGURE_EIGHT.value,
        help_text="The assessor has to be qualified for it.",
        error_messages={"required": "Choose the kind of device."},
    )
    simulated = forms.TypedChoiceField(
        label="How it is done",
        choices=[("yes", "Simulation with an actor or manikin"), ("no", "Supervised session with a patient")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is done."},
    )
    stations = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one station."}
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, rubric: RubricContent, enrolment: Enrolment, **kwargs: Any) -> None:
        """Offer the people who may assess and the stations of the rubric."""
        super().__init__(*args, **kwargs)
        self._field("assessor").queryset = instructors().exclude(pk=enrolment.person_id)
        self._field("stations").choices = [(row.code, f"{row.code} {row.title}") for row in rubric.stations]
        zone = timezone.get_current_timezone_name()
        self._field("starts").help_text = f"In your time zone, {zone}. How long it takes follows from the stations."
        self.initial.setdefault("stations", list(rubric.codes))
        self.initial.setdefault("nonce", uuid.uuid4())

    def choice_groups(self) -> list[forms.BoundField]:
        """The fields that are shown as rows to tap."""
        return [self["simulated"], self["stations"]]

    def _field(self, name: str) -> Any:
        return self.fields[name]


class SecondRaterForm(forms.Form):
    """Who rates a sitting again."""

    assessor = forms.ModelChoiceField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose",
        error_messages={"required": "Choose the assessor."},
    )

    def __init__(self, *args: Any, sitting: Sitting, **kwargs: Any) -> None:
        """Offer everybody who may assess but the first assessor and the trainee."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assessor"]
        field.queryset = instructors().exclude(pk__in=[sitting.assessor_id, sitting.trainee.pk])


def instructors() -> QuerySet[User]:
    """Find everybody who holds the role of instructor now, by name."""
    held = RoleGrant.objects.filter(role=Role.INSTRUCTOR.value, ended_at__isnull=True)
    people: QuerySet[User] = User.objects.filter(is_active=True, pk__in=held.values("person"))
    return people.order_by("full_name")


class OpenSittingForm(forms.Form):
    """Both identities, and what entitles the assessor."""

    trainee_confirmed = forms.BooleanField(error_messages={"required": "Confirm that this is the person you assess."})
    assessor_confirmed = forms.BooleanField(error_messages={"required": "Confirm that you are the assessor."})

    def __init__(self, *args: Any, sitting: Sitting, held: Collection[str], **kwargs: Any) -> None:
        """Name both people in the sentences to confirm, and offer what the assessor is qualified as (`held`)."""
        super().__init__(*args, **kwargs)
        offered = [choice for choice in Qualification.choices if choice[0] in held]
        self.fields["qualification"] = forms.ChoiceField(
            label="You assess as",
            choices=offered,
            widget=forms.RadioSelect,
            error_messages={"required": "Choose what entitles you to assess."},
        )
        self.fields["trainee_confirmed"].label = f"The person in front of me is {sitting.trainee.full_name}"
        self.fields["assessor_confirmed"].label = f"I am {sitting.assessor.full_name}"


class SignForm(forms.Form):
    """The signature: passkey or own password, and which record was shown."""

    password = forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="You enter it again for this signature, so that nobody else can sign on your tablet.",
        error_messages={"required": "Enter your password to sign."},
    )
    code = forms.CharField(
        label="Code from your authenticator app",
        max_length=32,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text="Or one of your recovery codes.",
        error_messages={"required": "Enter the code that your authenticator app shows."},
    )
    passkey = forms.CharField(required=False, max_length=10_000, widget=forms.HiddenInput)
    digest = forms.RegexField("^[0-9a-f]{64}$", widget=forms.HiddenInput)
    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        """Ask for a code only from a person who has an authenticator app, and for neither when a passkey answered."""
        super().__init__(*args, **kwargs)
        if not needs_code(person):
            del self.fields["code"]
        self._demand_password(not self.data.get("passkey"))

    def show_again(self, digest: str) -> None:
        """Name the record as it is now, under a fresh nonce; a passkey's answer was for this one try."""
        self.data = {**dict(self.data.items()), "digest": digest, "nonce": str(uuid.uuid4()), "passkey": ""}
        self._demand_password(True)

    def _demand_password(self, demanded: bool) -> None:
        for name in ("password", "code"):
            if name in self.fields:
                self.fields[name].required = demanded

    @property
    def act(self) -> dict[str, Any]:
        """What the valid form asks the action to do, by argument."""
        given = {name: self.cleaned_data.get(name, "") for name in PROOF_FIELDS}
        return {name: self.cleaned_data[name] for name in self.fields if name not in PROOF_FIELDS} | {
            "given": Given(**given)
        }


class SignCorrectionForm(SignForm):
    """The signature under a correction, with the changes that were checked on the page before."""

    changes = forms.JSONField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=1000, widget=forms.HiddenInput)

    def clean_changes(self) -> dict[str, str]:
        """Refuse anything but texts by field."""
        changes = self.cleaned_data["changes"]
        if not isinstance(changes, dict) or not all(isinstance(value, str) for value in changes.values()):
            raise forms.ValidationError("The changes cannot be read. Start the correction again.")
        return changes


class AcknowledgeForm(forms.Form):
    """The trainee agrees, or has received the record and remarks on it."""

    answer = forms.ChoiceField(
        label="Your answer",
        choices=[("agree", "I have read the record and agree"), ("remark", "I have read the record and have a remark")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one of the two answers."},
    )
    remark = forms.CharField(
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="No patient details.",
        label="Remark",
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the remark that was announced."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("answer") == "remark" and not cleaned.get("remark", "").strip():
            self.add_error("remark", "Write your remark, or choose that you agree.")
        return cleaned


class LevelForm(forms.Form):
    """Which entrustment level is taken for just good enough."""

    level = forms.TypedChoiceField(label="Level taken for borderline", coerce=int)

    def __init__(self, *args: Any, levels: Iterable[EntrustmentLevel], **kwargs: Any) -> None:
        """Offer the levels of a rubric."""
        super().__init__(*args, **kwargs)
        choices = [(one.level, f"{one.level}, {one.label}") for one in levels]
        self.fields["level"] = forms.TypedChoiceField(label="Level taken for borderline", coerce=int, choices=choices)


class TakeBackForm(forms.Form):
    """Why a sitting is taken from the device that holds it."""

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why the sitting is taken from the device."},
    )


class DecideSealForm(forms.Form):
    """What becomes of a sealed record that waits."""

    answer = forms.ChoiceField(choices=[("allow", "It may be signed"), ("set_aside", "Set it aside")])
    reason = forms.CharField(label="Reason", max_length=500)
