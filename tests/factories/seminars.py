"""Seminars with their seats, through the actions of those who plan, book and teach."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from courses.actions.seminar_seats import book
from courses.actions.seminars import SeminarPlan, SessionPlan, plan_seminar, publish_seminar
from courses.models import Enrolment, Programme, Seminar, SeminarBooking
from lms.accounts.models import User
from lms.accounts.roles import Role
from tests.conftest import join
from tests.factories.courses import enrol

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def plan_of(
    instructors: Sequence[User], *, starts: datetime | None = None, days: int = 2, **changes: Any
) -> SeminarPlan:
    """Return a plan of a seminar that begins in ten days: a session of four hours on each day, two seats."""
    starts = starts or timezone.now().replace(microsecond=0) + 10 * DAY
    sessions = [
        SessionPlan(f"Day {number + 1}", "Room 1", starts + number * DAY, starts + number * DAY + 4 * HOUR)
        for number in range(days)
    ]
    facts: dict[str, Any] = {
        "title": "At the chair",
        "summary": "Motor threshold and targeting, hands on.",
        "place": "Teaching house, Hamburg",
        "time_zone": "Europe/Berlin",
        "seats": 2,
        "book_until": starts - 2 * DAY,
        "cancel_until": starts - 3 * DAY,
        "hours_to_answer": 48,
        "sessions_needed": None,
        "instructors": list(instructors),
        "sessions": sessions,
    }
    return SeminarPlan(**facts | changes)


def make_seminar(
    programme: Programme,
    instructor: User,
    *,
    by: User,
    published: bool = True,
    now: datetime | None = None,
    **changes: Any,
) -> Seminar:
    """Plan a seminar as `plan_of` has it, and publish it."""
    seminar = plan_seminar(programme=programme, plan=plan_of([instructor], **changes), by=by, now=now)
    return publish_seminar(seminar=seminar, by=by, now=now) if published else seminar


def join_trainee(number: int, programme: Programme) -> Enrolment:
    """Make a trainee who is enrolled."""
    return enrol(join(f"Trainee {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number]}", Role.TRAINEE), programme)


def seat(seminar: Seminar, enrolment: Enrolment, *, now: datetime | None = None) -> SeminarBooking:
    """Let a trainee book, or wait where no seat is free."""
    return book(seminar=seminar, enrolment=enrolment, by=enrolment.person, or_wait=True, now=now)


def lines_of(seminar: Seminar) -> list[SessionPlan]:
    """Return the timetable as it stands, as part of a plan."""
    return [SessionPlan(row.title, row.room, row.starts_at, row.ends_at, row.pk) for row in seminar.sessions.standing()]
