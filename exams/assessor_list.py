"""The list of assessors: what each one's qualifications are worth on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q

from exams.models import AssessorQualification, standings_of
from exams.rules.assessors import Standing
from lms.accounts.models import RoleGrant, User
from lms.accounts.roles import Role

SOON = timedelta(days=60)


@dataclass(frozen=True)
class AssessorState:
    """Where somebody stands: a word, its tone, and until which day it lasts."""

    word: str
    tone: str
    until: date | None = None
    hint: str = ""


@dataclass(frozen=True)
class AssessorRow:
    """One line of the list."""

    person: User
    state: AssessorState


def assessor_rows(today: date) -> list[AssessorRow]:
    """Return everybody who holds the role of instructor or was ever qualified, by name; two queries."""
    grants = RoleGrant.objects.filter(person=OuterRef("pk"), role=Role.INSTRUCTOR.value, ended_at__isnull=True)
    known = AssessorQualification.objects.filter(person=OuterRef("pk"))
    people = list(User.objects.filter(Q(Exists(grants)) | Q(Exists(known))).order_by("full_name", "pk"))
    standings = standings_of([person.pk for person in people])
    return [AssessorRow(person, standing_of(standings[person.pk], today)) for person in people]


def standing_of(standings: Sequence[Standing], today: date) -> AssessorState:
    """Say what qualifications are worth today: the one that lasts longest speaks.

    It lasts to the earlier of its last day and the day on which the calibration is due.
    """
    if not standings:
        return AssessorState("Not qualified", "attention", hint="No qualification is recorded.")
    standing = [one for one in standings if one.withdrawn_on is None]
    if not standing:
        last = max(one.withdrawn_on for one in standings if one.withdrawn_on)
        return AssessorState("Withdrawn", "neutral", last)
    started = [one for one in standing if one.valid_from <= today]
    if not started:
        return AssessorState("Begins later", "neutral", min(one.valid_from for one in standing))
    best = max(started, key=lambda one: min(one.valid_until, one.calibration_due))
    until = min(best.valid_until, best.calibration_due)
    if until < today:
        hint = "The qualification has ended." if best.valid_until < today else "The yearly calibration is due."
        return AssessorState("Not qualified", "attention", until, hint)
    hint = "Carried over: training and calibration are not recorded." if best.carried_over else ""
    return AssessorState(
        "Ends soon" if until <= today + SOON else "Qualified", "accent" if hint else "good", until, hint
    )
