"""The seat of a candidate in an exam session: whether a supervised exam may start on it, and taking it."""

from datetime import datetime

from courses.models import Enrolment
from exams.errors import AttemptError
from exams.models import Attempt, AttemptEvent, AttemptEventKind, Booking, BookingState, Exam
from exams.models.exam_sessions import HOLDING
from exams.rules.attempt_policy import Reason

NO_SEAT = Reason(
    "no_seat", "This exam is taken under supervision, and you have no seat in a session. Ask the registrar for one."
)
NOT_ADMITTED = Reason(
    "not_admitted",
    "This exam is taken under supervision. The invigilator checks who you are and admits you; then load this page "
    "again.",
)


def seat_of(*, enrolment: Enrolment, exam: Exam, now: datetime) -> Booking | None:
    """Return the seat on which an attempt would start: the next one of a session that is not over."""
    seats = Booking.objects.filter(
        enrolment=enrolment,
        state__in=HOLDING,
        attempt__isnull=True,
        session__exam=exam,
        session__cancelled_at__isnull=True,
        session__ends_at__gt=now,
    )
    return seats.select_related("session").order_by("session__starts_at", "pk").first()


def unsupervised(*, enrolment: Enrolment, exam: Exam, now: datetime) -> tuple[Reason, ...]:
    """Say what a supervised exam still lacks: a seat, or an invigilator who has admitted the candidate."""
    seat = seat_of(enrolment=enrolment, exam=exam, now=now)
    if seat is None:
        return (NO_SEAT,)
    return () if seat.state == BookingState.ADMITTED else (NOT_ADMITTED,)


def take_seat(attempt: Attempt, now: datetime) -> None:
    """Let an attempt belong to the session in which its candidate was admitted, if there is one.

    Raises `AttemptError` `not_admitted` when a supervised exam lost its seat this very moment.
    """
    seat = seat_of(enrolment=attempt.enrolment, exam=attempt.exam, now=now)
    if seat is None or seat.admitted_at is None:
        return
    taken = Booking.objects.filter(pk=seat.pk, state=BookingState.ADMITTED, attempt__isnull=True)
    if taken.update(attempt=attempt):
        AttemptEvent.objects.create(
            attempt=attempt,
            kind=AttemptEventKind.ADMITTED,
            by_id=seat.admitted_by_id,
            happened_at=seat.admitted_at,
            detail={"session": str(seat.session_id)},
        )
    elif attempt.exam.supervised_only:
        raise AttemptError(NOT_ADMITTED.code, NOT_ADMITTED.sentence)
