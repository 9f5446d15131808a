"""Marking who attended a session of a seminar: by the list, or by the code on the instructor's screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from courses.attendance_codes import session_in
from courses.errors import AttendanceError
from courses.models import MarkedBy, PlaceState, SeminarAttendance, SeminarBooking, SeminarSession
from courses.rules.seminars import Attendance, attendance_of, why_code_is_closed, why_list_is_closed
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, demand
from lms.audit.actions import record_each
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import moment_text

NOT_THERE = "This session was taken off the timetable, or its seminar is called off."
TAKEN_BACK = "Your instructor took back that you are here. Speak with your instructor about the list."


@dataclass(frozen=True)
class Scan:
    """What a code is about for one person: the session and the person's place, all checked."""

    session: SeminarSession
    booking: SeminarBooking


def read_code(*, code: str, by: User, now: datetime | None = None) -> Scan:
    """Say what a code would do for a person, without doing it.

    Raises `AttendanceError`: `expired`, `not_a_code`, `not_there`, `too_early`, `over`, `not_booked`, `already`,
    `taken_back`.
    """
    demand(by, Permission.SEMINAR_BOOK)
    session = SeminarSession.objects.standing().select_related("seminar").filter(pk=session_in(code)).first()
    if session is None or not session.seminar.is_published:
        raise AttendanceError("not_there", NOT_THERE)
    if closed := why_code_is_closed(session.starts_at, session.ends_at, now or timezone.now()):
        raise AttendanceError(closed.code, closed.sentence)
    booked = session.seminar.bookings.filter(enrolment__person=by, state=PlaceState.BOOKED)
    booking = booked.select_related("enrolment").first()
    if booking is None:
        raise AttendanceError(
            "not_booked",
            f"You have no seat in “{session.seminar.title}”, so this code does not count for you. If you belong to "
            "another seminar, scan the code in its room; else speak with the instructor.",
        )
    for mark in SeminarAttendance.objects.filter(session=session, booking=booking):
        if mark.withdrawn_at is None:
            raise AttendanceError(
                "already", f"You are counted for this session since {moment_text(mark.marked_at)}. All is done."
            )
        if mark.how == MarkedBy.CODE:
            raise AttendanceError("taken_back", TAKEN_BACK)
    return Scan(session, booking)


@transaction.atomic
def attend_by_code(*, code: str, by: User, now: datetime | None = None) -> SeminarAttendance:
    """Count a person as present by the code, once per session. Raises `AttendanceError` as `read_code` does."""
    scan = read_code(code=code, by=by, now=now)
    _hold_seat(scan.booking)
    try:
        with transaction.atomic():
            mark = SeminarAttendance.objects.create(
                session=scan.session,
                booking=scan.booking,
                how=MarkedBy.CODE,
                marked_by=by,
                marked_at=now or timezone.now(),
            )
    except IntegrityError as error:
        raise AttendanceError("already", "You are counted for this session already. All is done.") from error
    _record(Verb.ATTENDANCE_MARKED, by, [mark])
    return mark


@transaction.atomic
def mark_present(
    *, session: SeminarSession, bookings: Sequence[int], by: User, now: datetime | None = None
) -> list[SeminarAttendance]:
    """Mark people as present by the list; those who are marked already stay so.

    Raises `AttendanceError`: `not_there`, `too_early`, `too_late`, `own`, `not_booked`.
    """
    now = now or timezone.now()
    _demand_teaching(session, by)
    _demand_list_open(session, now)
    rows = session.seminar.bookings.select_for_update(no_key=True).filter(pk__in=bookings, state=PlaceState.BOOKED)
    seated = list(rows.order_by("pk"))
    if len(seated) != len(set(bookings)):
        raise AttendanceError("not_booked", "Somebody on the list has no seat any more. Look at the list again.")
    if SeminarBooking.objects.filter(pk__in=bookings, enrolment__person=by).exists():
        raise AttendanceError("own", "You cannot mark yourself as present.")
    present = set(_standing(session).values_list("booking", flat=True))
    marks = [
        SeminarAttendance(session=session, booking=booking, how=MarkedBy.LIST, marked_by=by, marked_at=now)
        for booking in seated
        if booking.pk not in present
    ]
    SeminarAttendance.objects.bulk_create(marks)
    if marks:
        _record(Verb.ATTENDANCE_MARKED, by, marks)
    return marks


@transaction.atomic
def withdraw_mark(*, session: SeminarSession, booking_id: int, by: User, now: datetime | None = None) -> None:
    """Take back that somebody was present; the mark stays as a row with who took it back.

    Raises `AttendanceError`: `not_there`, `too_early`, `too_late`, `own`, `not_marked`.
    """
    now = now or timezone.now()
    _demand_teaching(session, by)
    _demand_list_open(session, now)
    mark = _standing(session).select_related("booking__enrolment").filter(booking=booking_id).first()
    if mark is None:
        raise AttendanceError("not_marked", "This person is not marked as present.")
    if mark.booking.enrolment.person_id == by.pk:
        raise AttendanceError("own", "You cannot change your own attendance.")
    withdrawn = _standing(session).filter(pk=mark.pk).update(withdrawn_at=now, withdrawn_by=by)
    if withdrawn:
        _record(Verb.ATTENDANCE_WITHDRAWN, by, [mark])


def attendance_in(booking: SeminarBooking) -> Attendance:
    """Sum up how much of a seminar somebody attended, by sessions that are still on the timetable."""
    counts = booking.seminar.sessions.standing().aggregate(
        total=Count("pk", distinct=True),
        attended=Count(
            "pk",
            filter=Q(attendance__booking=booking, attendance__withdrawn_at__isnull=True),
            distinct=True,
        ),
    )
    return attendance_of(counts["attended"], counts["total"], booking.seminar.sessions_needed)


def _standing(session: SeminarSession) -> "QuerySet[SeminarAttendance]":
    return SeminarAttendance.objects.filter(session=session, withdrawn_at__isnull=True)


def _demand_teaching(session: SeminarSession, by: User) -> None:
    scope = demand(by, Permission.SEMINAR_TEACH)
    if scope is not Scope.ALL and not session.seminar.instructors.filter(pk=by.pk).exists():
        raise PermissionDenied("This seminar is taught by others.")


def _demand_list_open(session: SeminarSession, now: datetime) -> None:
    if session.dropped_at is not None or not session.seminar.is_published:
        raise AttendanceError("not_there", NOT_THERE)
    if closed := why_list_is_closed(session.starts_at, session.ends_at, now):
        raise AttendanceError(closed.code, closed.sentence)


def _hold_seat(booking: SeminarBooking) -> None:
    """Lock a place, so that it is not given back while its person is counted. Raises `AttendanceError` `not_booked`."""
    rows = SeminarBooking.objects.select_for_update(no_key=True).filter(pk=booking.pk, state=PlaceState.BOOKED)
    if not list(rows.values_list("pk")):
        raise AttendanceError("not_booked", "Your seat was given back a moment ago.")


def _record(verb: Verb, by: User, marks: Sequence[SeminarAttendance]) -> None:
    record_each(verb, by=by, facts=[(mark.session, {"booking": mark.booking_id, "how": mark.how}) for mark in marks])
