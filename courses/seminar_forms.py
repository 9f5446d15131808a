"""Forms of seminars: the shape of what registrars type, never a decision. Times are on the clock of the place."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone

from courses.actions.seminars import SeminarPlan, SessionPlan
from courses.models import Programme, Seminar
from courses.rules.seminars import MOST_SEATS, MOST_SESSIONS
from lms.accounts.models import User
from lms.accounts.roles import Role
from lms.accounts.zones import zones_by_area

LONGEST_REASON = 300
MOST_HOURS = 336
FIRST_ROWS = 3
MISSING = {
    "programme": "Choose the programme.",
    "title": "Enter the title.",
    "place": "Enter the place.",
    "seats": "Enter how many seats there are.",
    "book_until": "Enter until when people can book.",
    "cancel_until": "Enter until when seats can be given back.",
    "hours_to_answer": "Enter how long an offered seat is held.",
    "instructors": "Name at least one instructor.",
}
MISSING_IN_SESSION = {
    "title": "Enter the topic.",
    "day": "Enter the day.",
    "starts": "Enter when it begins.",
    "ends": "Enter when it ends.",
    "room": "Enter the room.",
}
MORE_ROWS = 3


def _day(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _time(label: str) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


def _instructors() -> QuerySet[User]:
    people = User.objects.filter(
        is_active=True, role_grants__role=Role.INSTRUCTOR.value, role_grants__ended_at__isnull=True
    )
    return people.distinct().order_by("full_name")


def at_place(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the moment of a day and time on the clock of a place.

    Raises `ValidationError` for a time that the clocks of that day leap over.
    """
    moment = datetime.combine(day, clock, tzinfo=zone)
    there_and_back = moment.astimezone(ZoneInfo("UTC")).astimezone(zone)
    if there_and_back.replace(tzinfo=None) != moment.replace(tzinfo=None):
        raise ValidationError(f"{clock:%H:%M} does not exist on {day}: clocks are put forward. Choose another time.")
    return moment


class SeminarForm(forms.Form):
    """Everything about a seminar but its timetable; `revision` is the one that the page showed."""

    programme = forms.ModelChoiceField(queryset=Programme.objects.none(), to_field_name="code", empty_label="Choose")
    title = forms.CharField(max_length=120)
    summary = forms.CharField(
        max_length=2000,
        required=False,
        label="What it is about",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What people learn, and what they bring. No patient details.",
    )
    place = forms.CharField(max_length=200, help_text="Name and address of the house. Rooms stand in the timetable.")
    time_zone = forms.ChoiceField(
        label="Time zone of the place",
        choices=lambda: [("UTC", "UTC"), *zones_by_area()],
        help_text="All days and times below are on this clock.",
    )
    seats = forms.IntegerField(min_value=1, max_value=MOST_SEATS)
    book_until = _day("Booking until", "To the end of this day.")
    cancel_until = _day("Giving a seat back until", "To the end of this day. After it the registrar decides.")
    hours_to_answer = forms.IntegerField(
        label="Hours to answer an offered seat",
        min_value=1,
        max_value=MOST_HOURS,
        initial=48,
        help_text="A seat that becomes free is held so long for whoever waited longest, then it goes on.",
    )
    sessions_needed = forms.IntegerField(
        label="Sessions needed for the proof of attendance",
        required=False,
        min_value=1,
        max_value=MOST_SESSIONS,
        help_text="Leave it empty when all sessions have to be attended.",
    )
    instructors = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        to_field_name="public_id",
        widget=forms.CheckboxSelectMultiple,
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)

    def __init__(self, *args: Any, seminar: Seminar | None = None, **kwargs: Any) -> None:
        """Show a seminar as it is, whose programme stays; or ask for a new one."""
        if seminar is not None:
            kwargs["initial"] = _shown(seminar)
        super().__init__(*args, **kwargs)
        self._field("instructors").queryset = _instructors()
        for name, sentence in MISSING.items():
            self._field(name).error_messages["required"] = sentence
        if seminar is None:
            self._field("programme").queryset = Programme.objects.order_by("title", "code")
            self._field("time_zone").initial = settings.TIME_ZONE
        else:
            del self.fields["programme"]

    def _field(self, name: str) -> Any:
        return self.fields[name]


def _shown(seminar: Seminar) -> dict[str, Any]:
    names = ("title", "summary", "place", "time_zone", "seats", "hours_to_answer", "sessions_needed", "revision")
    shown = {name: getattr(seminar, name) for name in names}
    return shown | {
        "book_until": _last_day(seminar.book_until, seminar.zone),
        "cancel_until": _last_day(seminar.cancel_until, seminar.zone),
        "instructors": [str(person.public_id) for person in seminar.instructors.all()],
    }


def _last_day(until: datetime, zone: ZoneInfo) -> date:
    return (until.astimezone(zone) - timedelta(microseconds=1)).date()


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)


class SessionForm(forms.Form):
    """One line of the timetable."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="Topic", max_length=120)
    day = _day("Day")
    starts = _time("From")
    ends = _time("To")
    room = forms.CharField(max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say what is missing."""
        super().__init__(*args, **kwargs)
        for name, sentence in MISSING_IN_SESSION.items():
            self.fields[name].error_messages["required"] = sentence


class BaseTimetable(forms.BaseFormSet):  # type: ignore[type-arg]  # Django's class takes no parameter at run time
    """The lines of a timetable; empty ones do not count."""

    def lines(self) -> list[dict[str, Any]]:
        """Return what was typed, without empty lines and those to be taken off."""
        filled = (form.cleaned_data for form in self.forms if form.has_changed() or form.initial)
        return [data for data in filled if data and not data.get("DELETE")]

    def add_fields(self, form: Any, index: int | None) -> None:
        """Word the box that takes a line off."""
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Take this session off"


Timetable = forms.formset_factory(
    SessionForm,
    formset=BaseTimetable,
    extra=0,
    can_delete=True,
    max_num=MOST_SESSIONS,
    validate_max=True,
    absolute_max=MOST_SESSIONS + MORE_ROWS,
)


def timetable_of(seminar: Seminar | None) -> Any:
    """Return the timetable of a seminar to be changed, or empty lines for a new one."""
    if seminar is None:
        return formset(extra=FIRST_ROWS)
    zone = seminar.zone
    lines = [
        {
            "key": row.pk,
            "title": row.title,
            "room": row.room,
            "day": row.starts_at.astimezone(zone).date(),
            "starts": row.starts_at.astimezone(zone).time(),
            "ends": row.ends_at.astimezone(zone).time(),
        }
        for row in seminar.sessions.standing()
    ]
    return formset(initial=lines, extra=1)


def formset(data: Any = None, *, initial: list[dict[str, Any]] | None = None, extra: int = 0) -> Any:
    """Return a timetable from what was sent, or with lines to fill in."""
    timetable = Timetable(data, prefix="sessions", initial=initial)
    timetable.extra = extra
    return timetable


def with_more_lines(data: Any) -> Any:
    """Return what was sent with more empty lines, as far as there is room for them."""
    more = data.copy()
    sent = str(data.get("sessions-TOTAL_FORMS", ""))
    total = int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 4 else FIRST_ROWS
    more["sessions-TOTAL_FORMS"] = str(min(total + MORE_ROWS, MOST_SESSIONS))
    return more


def plan_from(form: SeminarForm, timetable: Any) -> SeminarPlan:
    """Put form and timetable together. Raises `ValidationError` for a time that does not exist at the place."""
    data = form.cleaned_data
    zone = ZoneInfo(data["time_zone"])
    return SeminarPlan(
        title=_line(data["title"]),
        summary=data["summary"],
        place=_line(data["place"]),
        time_zone=data["time_zone"],
        seats=data["seats"],
        book_until=_end_of(data["book_until"], zone),
        cancel_until=_end_of(data["cancel_until"], zone),
        hours_to_answer=data["hours_to_answer"],
        sessions_needed=data["sessions_needed"],
        instructors=list(data["instructors"]),
        sessions=[
            SessionPlan(
                title=_line(line["title"]),
                room=_line(line["room"]),
                starts_at=at_place(line["day"], line["starts"], zone),
                ends_at=at_place(line["day"], line["ends"], zone),
                key=line["key"],
            )
            for line in timetable.lines()
        ],
    )


def _line(text: str) -> str:
    return " ".join(text.split())


class CancelSeminarForm(forms.Form):
    """Why a seminar is called off."""

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label="Reason",
        help_text="Everybody with a place reads it. No health details of anybody.",
        error_messages={"required": "Say why. Everybody with a place reads it."},
    )


def first_days() -> dict[str, date]:
    """Return deadlines to begin with: in two weeks."""
    return dict.fromkeys(("book_until", "cancel_until"), timezone.localdate() + timedelta(days=14))
