"""Addresses of seminars."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from courses.actions.seminar_attendance import mark_present
from courses.attendance_codes import code_for
from courses.models import Seminar
from lms.accounts.permissions import Permission
from tests.factories.seminars import make_seminar, seat
from tests.project.endpoints import Endpoint


def seminar(request: Any) -> Seminar:
    """A seminar with a seat of the trainee, taught by the instructor; its first session goes on now."""
    fixture = request.getfixturevalue
    enrolment = fixture("enrolment")
    begins = timezone.now() - timedelta(hours=1)
    before = begins - timedelta(days=20)
    facts = {"by": fixture("registrar"), "now": before, "starts": begins}
    made = make_seminar(enrolment.programme, fixture("instructor"), **facts)
    seat(made, enrolment, now=before)
    return made


def number(request: Any) -> dict[str, Any]:
    """Its number."""
    return {"seminar_id": seminar(request).pk}


def session(request: Any) -> dict[str, Any]:
    """The number of its first session."""
    return {"session_id": seminar(request).sessions.first().pk}


def code(request: Any) -> dict[str, Any]:
    """A code that is good now."""
    return {"code": code_for(seminar(request).sessions.first())}


def attended(request: Any) -> dict[str, Any]:
    """A seminar that is over, of which the trainee attended enough."""
    made = seminar(request)
    place, row = made.bookings.get(), made.sessions.first()
    mark_present(session=row, bookings=[place.pk], by=request.getfixturevalue("instructor"))
    made.sessions.exclude(pk=row.pk).update(dropped_at=timezone.now())
    Seminar.objects.filter(pk=made.pk).update(ends_at=timezone.now() - timedelta(minutes=1))
    return {"seminar_id": made.pk}


STRANGER = ("other_trainee",)
ELSEWHERE = ("other_instructor",)
ENDPOINTS = [
    Endpoint("courses:seminars", Permission.SEMINAR_BOOK),
    Endpoint("courses:seminar", Permission.SEMINAR_BOOK, number, STRANGER),
    Endpoint("courses:seminar_calendar", Permission.SEMINAR_BOOK, number, STRANGER),
    Endpoint("courses:seminar_proof", Permission.SEMINAR_BOOK, attended, STRANGER),
    Endpoint("courses:attend", Permission.SEMINAR_BOOK, code, methods=("GET", "POST")),
    Endpoint("courses:teaching", Permission.SEMINAR_TEACH),
    Endpoint("courses:teaching_seminar", Permission.SEMINAR_TEACH, number, ELSEWHERE),
    Endpoint("courses:attendance", Permission.SEMINAR_TEACH, session, ELSEWHERE),
    Endpoint("courses:attendance_code", Permission.SEMINAR_TEACH, session, ELSEWHERE),
    Endpoint("courses:seminar_plans", Permission.SEMINAR_PLAN),
    Endpoint("courses:seminar_new", Permission.SEMINAR_PLAN, methods=("GET", "POST")),
    Endpoint("courses:seminar_plan", Permission.SEMINAR_PLAN, number),
    Endpoint("courses:seminar_change", Permission.SEMINAR_PLAN, number, methods=("GET", "POST")),
]
