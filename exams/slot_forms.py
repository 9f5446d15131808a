"""Forms of slots and of requests for a practical: the shape of what people type, never a decision."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from exams.actions.sitting_requests import Appointed
from exams.models import DEVICE_FAMILIES, ProviderSite, SittingRequest
from exams.rules.assessors import DeviceFamily
from exams.rules.rubrics import Station
from exams.rules.slots import LONGEST, MOST_WEEKS, SHORTEST
from lms.accounts.models import User

SIMULATED = [("yes", "Simulation with an actor or manikin"), ("no", "Supervised session with a patient")]
LONGEST_REASON = 300


def _day() -> forms.DateField:
    return forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter the day.", "invalid": "Enter the day as 2026-05-31."},
    )


def _start() -> forms.TimeField:
    return forms.TimeField(
        label="Start",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"required": "Enter when it starts.", "invalid": "Enter the time as 14:30."},
    )


class WhereForm(forms.Form):
    """Room, device and kind of practical: what every appointment has."""

    place = forms.CharField(
        label="Room", max_length=60, help_text="Clinic and room.", error_messages={"required": "Enter the room."}
    )
    device = forms.CharField(
        max_length=120,
        help_text="Stimulator and coil. Give each device a name of its own, for example with its number.",
        error_messages={"required": "Enter the device: stimulator and coil."},
    )
    device_family = forms.TypedChoiceField(
        label="Kind of device",
        choices=DEVICE_FAMILIES,
        coerce=DeviceFamily,
        initial=DeviceFamily.FIGURE_EIGHT.value,
        error_messages={"required": "Choose the kind of device."},
    )
    simulated = forms.TypedChoiceField(
        label="How it is done",
        choices=SIMULATED,
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is done."},
    )


class OfferForm(WhereForm):
    """When an assessor is there, once or each week, and what for."""

    site = forms.ModelChoiceField(
        queryset=ProviderSite.objects.none(),
        required=False,
        empty_label="None of these",
        help_text="With a site the times are on its clock.",
    )
    first = _day()
    starts = _start()
    minutes = forms.IntegerField(
        label="Length in minutes", min_value=SHORTEST, max_value=LONGEST, error_messages={"required": "Enter how long."}
    )
    weeks = forms.IntegerField(
        label="Number of weeks",
        initial=1,
        min_value=1,
        max_value=MOST_WEEKS,
        help_text="1 is this day only; 4 is the same day and time in four weeks on end.",
        error_messages={"required": "Enter the number of weeks; 1 is this day only."},
    )
    most_stations = forms.IntegerField(
        label="At most this many stations", required=False, min_value=1, max_value=40, help_text="Empty: what fits."
    )
    books_at_once = forms.TypedChoiceField(
        label="When a trainee wants it",
        choices=[("ask", "Ask me first"), ("book", "It is booked at once")],
        coerce=lambda answer: answer == "book",
        initial="ask",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether you are asked first."},
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("site", "first", "starts", "minutes", "weeks", "place", "device", "device_family", "simulated")

    def __init__(self, *args: Any, sites: Iterable[ProviderSite], **kwargs: Any) -> None:
        """Offer the sites where this person is approved."""
        kwargs["initial"] = {"nonce": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        pks = [site.pk for site in sites]
        site: Any = self.fields["site"]
        site.queryset = ProviderSite.objects.filter(pk__in=pks)
        if not pks:
            del self.fields["site"]
        self.fields["starts"].help_text = f"In your time zone, {timezone.get_current_timezone_name()}" + (
            ", or on the clock of the site." if pks else "."
        )


class StationsForm(forms.Form):
    """Which stations a trainee wants to do."""

    stations = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, error_messages={"required": "Choose at least one station."}
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, stations: Iterable[Station], chosen: Iterable[str], **kwargs: Any) -> None:
        """Offer the stations that are due."""
        kwargs["initial"] = {"nonce": uuid.uuid4(), "stations": list(chosen)} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        field: Any = self.fields["stations"]
        field.choices = [(row.code, f"{row.code} {row.title}, {row.minutes} minutes") for row in stations]


class PersonField(forms.ModelChoiceField[User]):
    """People by name."""

    def label_from_instance(self, person: User) -> str:
        """Show the name that is printed elsewhere."""
        return person.full_name


class AskForm(StationsForm):
    """Whom a trainee asks, for which stations, and when it suits."""

    assessor = PersonField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        empty_label="Choose",
        error_messages={"required": "Choose whom you ask."},
    )
    wish = forms.CharField(
        label="Days and times that suit you",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example: Tuesdays and Thursdays after 14:00. Nothing about patients.",
        error_messages={"required": "Write which days and times suit you."},
    )
    field_order = ("assessor", "stations", "wish", "nonce")

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        """Offer the people who may assess this trainee."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["assessor"]
        field.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("full_name", "pk")


class AppointForm(WhereForm):
    """When and where a practical takes place that was asked for without a slot."""

    day = _day()
    starts = _start()
    field_order = ("day", "starts", "place", "device", "device_family", "simulated")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say on whose clock the start is."""
        super().__init__(*args, **kwargs)
        self.fields["starts"].help_text = f"In your time zone, {timezone.get_current_timezone_name()}."

    @property
    def appointed(self) -> Appointed:
        """What a valid form says, on the clock of whoever filled it in."""
        given = self.cleaned_data
        return Appointed(
            day=given["day"],
            starts_at=timezone.make_aware(datetime.combine(given["day"], given["starts"])),
            place=given["place"],
            device=given["device"],
            device_family=given["device_family"],
            simulated=given["simulated"],
        )


class ReasonForm(forms.Form):
    """Why a request is declined or a practical cancelled."""

    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The trainee reads it.",
        error_messages={"required": "Write why; the trainee reads it."},
    )


def appoint_form(request: SittingRequest, data: Any) -> AppointForm | None:
    """Return the form for a request without a slot; one with a slot needs none."""
    return None if request.slot_id else AppointForm(data)
