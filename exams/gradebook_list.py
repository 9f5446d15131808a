"""Which people a gradebook shows: search, filters and order. All of it stands in the address."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from courses.models import Enrolment, Pathway, Programme
from courses.models.programmes import EnrolmentQuerySet
from courses.rules.time_limit import last_overdue_start
from exams.models import Result, RubricVersion, Sitting, SittingState, StationResult
from exams.planning import required_exams_not_passed
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from lms.accounts.permissions import Scope

STATES = {
    "": "Everybody enrolled",
    "grading": "Needs grading",
    "course": "Course not completed",
    "exam": "Course completed, exam not passed",
    "practical": "Practical planned",
    "overdue": "Overdue",
    "closed": "Enrolment closed",
}
ORDERS = {
    "name": ("person__full_name", "pk"),
    "-name": ("-person__full_name", "pk"),
    "enrolled": ("enrolled_at", "pk"),
    "-enrolled": ("-enrolled_at", "pk"),
}


class GradebookForm(forms.Form):
    """What a gradebook is asked for. Whatever it does not know counts as not asked for."""

    programme = forms.ModelChoiceField(
        queryset=Programme.objects.order_by("title", "pk"), required=False, empty_label=None, to_field_name="code"
    )
    q = forms.CharField(
        label="Trainee", required=False, max_length=300, widget=forms.TextInput(attrs={"type": "search"})
    )
    pathway = forms.ChoiceField(required=False, choices=[("", "All"), *Pathway.choices])
    state = forms.ChoiceField(label="Show", required=False, choices=list(STATES.items()))
    sort = forms.ChoiceField(required=False, choices=[(name, name) for name in ("", *ORDERS)], widget=forms.HiddenInput)

    def clean_q(self) -> str:
        """Drop what no name holds."""
        return str(self.cleaned_data["q"]).replace("\x00", "").strip()


@dataclass(frozen=True)
class Asked:
    """What is asked of one gradebook; empty fields ask for everybody."""

    programme: Programme
    q: str = ""
    pathway: str = ""
    state: str = ""
    sort: str = ""

    @property
    def as_query(self) -> dict[str, str]:
        """The fields of the address that ask for this, without empty ones."""
        named = {name: str(getattr(self, name)) for name in ("q", "pathway", "state", "sort")}
        return {"programme": self.programme.code} | {name: value for name, value in named.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves anybody out."""
        return any((self.q, self.pathway, self.state))


def asked_of(form: GradebookForm) -> Asked | None:
    """Read a form that was filled from an address; None where there is no programme at all."""
    form.is_valid()
    given: dict[str, Any] = {name: value for name, value in form.cleaned_data.items() if value}
    programme = given.pop("programme", None) or Programme.objects.order_by("title", "pk").first()
    return Asked(programme, **given) if programme else None


def listed(asked: Asked, reader: User, scope: Scope) -> EnrolmentQuerySet:
    """Return the enrolments that a reader may see and asked for, in order."""
    rows = Enrolment.objects.filter(programme=asked.programme).select_related("person")
    if scope is not Scope.ALL:
        rows = rows.filter(Exists(Sitting.objects.filter(enrolment=OuterRef("pk"), assessor=reader)))
    rows = rows.filter(closed_at__isnull=asked.state != "closed")
    if asked.q:
        rows = rows.filter(Q(person__full_name__icontains=asked.q) | Q(person__email__icontains=asked.q))
    if asked.pathway:
        rows = rows.filter(pathway=asked.pathway)
    condition = _condition(asked)
    return (rows.filter(condition) if condition else rows).order_by(*ORDERS[asked.sort or "name"])


def _condition(asked: Asked) -> Q | None:
    sittings = Sitting.objects.filter(enrolment=OuterRef("pk"), state=SittingState.OPEN)
    if asked.state == "grading":
        unmarked = Result.objects.filter(attempt__enrolment=OuterRef("pk"), state=ResultState.AWAITING_MARKING)
        return Q(Exists(sittings.filter(scheduled_for__lte=timezone.localdate()))) | Q(Exists(unmarked))
    if asked.state == "course":
        return Q(course_completed_at__isnull=True)
    if asked.state == "exam":
        return Q(course_completed_at__isnull=False) & Q(Exists(required_exams_not_passed()))
    if asked.state == "practical":
        return Q(Exists(sittings))
    return _overdue(asked.programme) if asked.state == "overdue" else None


def _overdue(programme: Programme) -> Q:
    """Find whose time is over and who lacks a part. Of the practical, each station has to be met in some record."""
    last = last_overdue_start(timezone.localdate(), programme.months_to_finish)
    midnight = timezone.make_aware(datetime.combine(last + timedelta(days=1), time()))
    newest = RubricVersion.objects.filter(rubric__programme=programme).order_by("-number").first()
    lacks_part = Q(course_completed_at__isnull=True) | Q(Exists(required_exams_not_passed()))
    if newest is not None:
        lacks_part |= ~Q(pk__in=_meeting_all(newest.plain.codes))
    return Q(enrolled_at__lt=midnight) & lacks_part


def _meeting_all(stations: Collection[str]) -> Any:
    """Find enrolments that have a record of each of these stations as met."""
    met = StationResult.objects.filter(met=True, station__in=stations, sign_off__corrected_by__isnull=True)
    by_person = met.values("sign_off__sitting__enrolment").annotate(met_stations=Count("station", distinct=True))
    return by_person.filter(met_stations=len(stations)).values("sign_off__sitting__enrolment")
