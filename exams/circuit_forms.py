"""The form of a circuit: the day, the candidates, and one row for each station."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone

from courses.models import Enrolment
from exams.circuit_planning import Timetable, Turn
from exams.rules.assessors import FAMILY_WORDS, DeviceFamily
from exams.rules.circuits import Post
from exams.rules.rubrics import Station
from lms.accounts.models import User

LONGEST_BREAK = 180
LONGEST_ROOM = 55  # a sitting names the place and the room in one line
PLAN_SALT = "exams.circuit"
PLAN_HOLDS = timedelta(hours=12)
TURN_WORDS = ("station", "candidate", "assessor", "room", "device")


class CircuitForm(forms.Form):
    """When it begins, how long people walk and rest, and who goes round."""

    day = forms.DateField(
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), error_messages={"required": "Enter the day."}
    )
    starts = forms.TimeField(
        label="First bell",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter when it starts.", "invalid": "Enter the time as 14:30."},
    )
    change_minutes = forms.IntegerField(
        label="Minutes between two stations",
        min_value=0,
        max_value=60,
        help_text="To walk, and for the assessor to finish the record.",
        error_messages={"required": "Enter the minutes between two stations."},
    )
    break_after = forms.IntegerField(
        label="Break after this many stations",
        min_value=1,
        max_value=80,
        required=False,
        help_text="Empty: no break. It comes again each time as many stations are done.",
    )
    break_minutes = forms.IntegerField(
        label="Minutes of the break", min_value=1, max_value=LONGEST_BREAK, required=False
    )
    device_family = forms.TypedChoiceField(
        label="Kind of device",
        choices=[(family.value, words) for family, words in FAMILY_WORDS.items()],
        coerce=DeviceFamily,
        help_text="Every assessor has to be qualified for it.",
        error_messages={"required": "Choose the kind of device."},
    )
    candidates = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one candidate."}
    )

    def __init__(self, *args: Any, waiting: Iterable[Enrolment], **kwargs: Any) -> None:
        """Offer the people of one programme who wait for a practical."""
        super().__init__(*args, **kwargs)
        self.waiting = {str(row.pk): row for row in waiting}
        field: Any = self.fields["candidates"]
        field.choices = [(key, row.person.full_name) for key, row in self.waiting.items()]
        self.fields["starts"].help_text = f"In your time zone, {timezone.get_current_timezone_name()}."

    @property
    def chosen(self) -> list[Enrolment]:
        """The candidates of a valid form, who waits longest first."""
        taken = set(self.cleaned_data["candidates"])
        return [row for key, row in self.waiting.items() if key in taken]

    def clean(self) -> dict[str, Any]:
        """A break has both its place and its length, or neither."""
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("break_after")) != bool(cleaned.get("break_minutes")):
            self.add_error("break_minutes", "A break needs both: after how many stations, and how many minutes.")
        return cleaned


class PostForm(forms.Form):
    """One station of the day; without an assessor it is left out."""

    assessor = forms.ChoiceField(required=False)
    stand_in = forms.ChoiceField(label="Stand-in", required=False)
    room = forms.CharField(max_length=LONGEST_ROOM, required=False)
    device = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, station: Station, people: Iterable[User], **kwargs: Any) -> None:
        """Offer the people who assess; all fields are named after the station."""
        super().__init__(*args, **(kwargs | {"prefix": station.code}))
        self.station = station
        choices = [(str(person.pk), person.full_name) for person in people]
        for name, empty in (("assessor", "Not on this day"), ("stand_in", "Nobody")):
            field: Any = self.fields[name]
            field.choices = [("", empty), *choices]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{field.label or ''} at {station.code} {station.title}".strip()

    def clean(self) -> dict[str, Any]:
        """A stand-in stands in for somebody else."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("stand_in") and cleaned["stand_in"] == cleaned.get("assessor"):
            self.add_error("stand_in", f"{self.station.code}: the stand-in is somebody else than the assessor.")
        return cleaned

    @property
    def post(self) -> Post | None:
        """The station of a valid form, its people by the text of their ids; None when it is left out."""
        given = self.cleaned_data
        if not given["assessor"]:
            return None
        shared = {name: " ".join(given[name].split()).casefold() for name in ("room", "device")}
        return Post(self.station.code, self.station.minutes, given["assessor"], given["stand_in"], **shared)


class CircuitSittingsForm(forms.Form):
    """What a plan lacks to become sittings, and the plan as it was shown."""

    place = forms.CharField(
        max_length=60,
        help_text="Clinic or building. The room of each station is added, or its code where no room is named.",
        error_messages={"required": "Enter the place: clinic or building."},
    )
    simulated = forms.TypedChoiceField(
        label="How it is done",
        choices=[("yes", "Simulation with actors or manikins"), ("no", "Supervised sessions with patients")],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is done."},
    )
    plan = forms.CharField(widget=forms.HiddenInput)


@dataclass(frozen=True)
class ShownPlan:
    """A plan as it was shown: its name, the kind of device, and its visits."""

    nonce: uuid.UUID
    family: DeviceFamily
    turns: tuple[Turn, ...]


def sealed(plan: Timetable, family: DeviceFamily) -> str:
    """Return a plan as a signed text for a hidden field, under a fresh name, so that what was shown is what is done."""
    turns = [
        [turn.begins.timestamp(), turn.ends.timestamp(), *(getattr(turn, name) for name in TURN_WORDS)]
        for turn in plan.visits
    ]
    facts = {"nonce": str(uuid.uuid4()), "family": family.value, "turns": turns}
    return signing.dumps(facts, salt=PLAN_SALT, compress=True)


def unsealed(text: str) -> ShownPlan | None:
    """Return the plan of a hidden field; None when it was not signed here or is too old."""
    try:
        facts = signing.loads(text, salt=PLAN_SALT, max_age=PLAN_HOLDS)
    except signing.BadSignature:
        return None
    turns = (
        Turn(
            datetime.fromtimestamp(row[0], UTC),
            datetime.fromtimestamp(row[1], UTC),
            **dict(zip(TURN_WORDS, row[2:], strict=True)),
        )
        for row in facts["turns"]
    )
    return ShownPlan(uuid.UUID(facts["nonce"]), DeviceFamily(facts["family"]), tuple(turns))
