"""Exam sessions with their seats, through the actions of those who plan and supervise."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from courses.models import Enrolment, Pathway, Programme
from exams.actions.exam_sessions import book, plan_session
from exams.actions.invigilation import admit
from exams.models import Attempt, Booking, Exam, ExamSession, Result
from exams.rules.result_policy import ResultState
from lms.accounts.models import User
from tests.factories.exams import complete_course


def make_session(
    exam: Exam, invigilator: User, *, by: User, now: datetime | None = None, **changes: Any
) -> ExamSession:
    """Plan a session that begins in a minute and lasts four hours, with twenty seats."""
    begins = (now or timezone.now()) + timedelta(minutes=1)
    plan: dict[str, Any] = {
        "place": "Room 4",
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=4),
        "seats": 20,
        "invigilators": [invigilator],
    }
    return plan_session(exam=exam, by=by, now=now, **plan | changes)


def seat_candidate(
    session: ExamSession,
    enrolment: Enrolment,
    *,
    by: User,
    admitted_by: User | None = None,
    now: datetime | None = None,
) -> Booking:
    """Book a seat for somebody with a completed course, and admit them when somebody is named for it."""
    if enrolment.course_completed_at is None:
        complete_course(enrolment)
    booking = book(session=session, enrolment=enrolment, by=by, now=now)
    if admitted_by is not None:
        booking = admit(session=session, booking_id=booking.pk, by=admitted_by, now=now)
    return booking


def enrol(person: User, programme: Programme) -> Enrolment:
    """Enrol somebody whose course is completed."""
    made = Enrolment.objects.create(
        person=person, programme=programme, curriculum_version="2026.1", pathway=Pathway.ACADEMIC
    )
    return complete_course(made)


def hold_result(attempt: Attempt) -> Result:
    """Put the result of a closed attempt on hold, as a review of integrity does."""
    result = Result.objects.get(attempt=attempt)
    Result.objects.filter(pk=result.pk).update(state=ResultState.HELD, released_score=None, passed=None)
    result.refresh_from_db()
    return result
