"""Shape of what the practicum log is sent."""

import uuid
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.practicum import MAY_BE
from exams.models import ReturnReason, SiteAssessor, site_of
from exams.models.marking import related_to
from exams.models.practicum import KINDS, PROTOCOLS
from exams.rules.practicum import MOST_PATIENTS, LoggedSession, Protocol, SessionKind
from lms.accounts.models import RoleGrant, User, UserQuerySet
from lms.accounts.roles import Role

NO_PATIENT, NO_PROTOCOL, DRILL = 0, "none", "None: a drill"


def supervisors_of(enrolment: Enrolment) -> UserQuerySet:
    """Return those who may supervise a trainee, by name: instructors not related to them but as trainers.

    At a site only those who were ever approved there; whether they were in the month of a session is asked then.
    """
    held = RoleGrant.objects.filter(role=Role.INSTRUCTOR.value, ended_at__isnull=True).values("person")
    people: UserQuerySet = User.objects.filter(is_active=True, pk__in=held)
    if (site := site_of(enrolment)) is not None:
        people = people.filter(pk__in=SiteAssessor.objects.filter(site=site).values("person"))
    return people.exclude(pk__in={enrolment.person_id} | related_to(enrolment.person, apart_from=MAY_BE)).order_by(
        "full_name", "pk"
    )


def _months(enrolled: date, today: date) -> list[tuple[str, str]]:
    """List the months from now back to the enrolment, as "2026-11" with words."""
    first, found = enrolled.replace(day=1), []
    month = today.replace(day=1)
    while month >= first:
        found.append((f"{month:%Y-%m}", f"{month:%B %Y}"))
        month = (month - timedelta(days=1)).replace(day=1)
    return found


class PersonField(forms.ModelChoiceField[User]):
    """People by name."""

    def label_from_instance(self, person: User) -> str:
        """Show the name that is printed elsewhere."""
        return person.full_name


class LogSessionForm(forms.Form):
    """One session. Nothing but choices and one small number, so that nothing can tell who a patient was."""

    kind = forms.ChoiceField(label="What was your part?", choices=KINDS, widget=forms.RadioSelect)
    month = forms.ChoiceField(label="Month", help_text="The day is not kept: it could tell who the patient was.")
    patient = forms.TypedChoiceField(
        label="Patient, by your own count",
        coerce=int,
        choices=[("", "Choose a number"), (NO_PATIENT, DRILL), *((n, f"{n}") for n in range(1, MOST_PATIENTS + 1))],
        help_text="The first patient you took part with is 1, the next one 2. Never a name, initials or a record "
        "number, here or elsewhere.",
        error_messages={"required": "Choose which patient it was, by your own count."},
    )
    protocol = forms.ChoiceField(
        label="Protocol",
        choices=[("", "Choose a protocol"), (NO_PROTOCOL, DRILL), *PROTOCOLS],
        error_messages={"required": "Choose the protocol of the session."},
    )
    motor_threshold = forms.BooleanField(label="I determined the motor threshold, in full", required=False)
    head_measurement = forms.BooleanField(label="I measured the head", required=False)
    remap = forms.BooleanField(label="I found the coil position anew (remap)", required=False)
    supervisor = PersonField(
        label="Supervisor",
        queryset=User.objects.none(),
        empty_label="Choose who was there",
        error_messages={"required": "Choose who supervised the session."},
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, enrolment: Enrolment, **kwargs: Any) -> None:
        """Offer the months since the enrolment, and the people who may have supervised."""
        kwargs["initial"] = {"nonce": uuid.uuid4()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        month, supervisor = self.fields["month"], self.fields["supervisor"]
        if isinstance(month, forms.ChoiceField) and isinstance(supervisor, forms.ModelChoiceField):
            month.choices = _months(timezone.localdate(enrolment.enrolled_at), timezone.localdate())
            supervisor.queryset = supervisors_of(enrolment)

    @property
    def session(self) -> LoggedSession:
        """What was sent, as rules know it; only when the form is valid."""
        sent = self.cleaned_data
        year, month = (int(part) for part in sent["month"].split("-"))
        return LoggedSession(
            kind=SessionKind(sent["kind"]),
            year=year,
            month=month,
            patient=sent["patient"] or None,
            protocol=None if sent["protocol"] == NO_PROTOCOL else Protocol(sent["protocol"]),
            motor_threshold=sent["motor_threshold"],
            head_measurement=sent["head_measurement"],
            remap=sent["remap"],
        )


class DecideForm(forms.Form):
    """Which sessions a supervisor confirms or returns."""

    entry = forms.TypedMultipleChoiceField(
        coerce=uuid.UUID, error_messages={"required": "Choose at least one session."}
    )
    act = forms.ChoiceField(choices=[("confirm", "Confirm"), ("return", "Return")])
    reason = forms.ChoiceField(
        label="Why not?", required=False, choices=[("", "Choose a reason"), *ReturnReason.choices]
    )

    def __init__(self, *args: Any, entries: list[uuid.UUID], **kwargs: Any) -> None:
        """Accept the sessions that wait for this person."""
        super().__init__(*args, **kwargs)
        field = self.fields["entry"]
        if isinstance(field, forms.TypedMultipleChoiceField):
            field.choices = [(str(entry), str(entry)) for entry in entries]

    def clean(self) -> dict[str, Any]:
        """Ask for a reason where sessions go back."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("act") == "return" and not cleaned.get("reason"):
            self.add_error("reason", "Choose why you return these sessions; the trainee sees it.")
        return cleaned
