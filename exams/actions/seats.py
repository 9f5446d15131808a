"""The seat of a candidate in an exam session: whether a supervised exam may start on it, and taking it."""

from datetime import datetime, timedelta

from django.db.models import Case, Q, Value, When

from courses.models import Enrolment
from exams.errors import AttemptError
from exams.models import Attempt, AttemptEvent, AttemptEventKind, Booking, BookingState, Exam
from exams.models.exam_sessions import HOLDING
from exams.rules.attempt_policy import Reason
from lms.look.templatetags.moments import moment_text

# How long before the start of a session people are admitted.
ADMITTED_BEFORE = timedelta(minutes=60)
NOT_BEGUN = "not_begun"
NO_SEAT = Reason(
    "no_seat", "This exam is taken under supervision, and you have no seat in a session. Ask the registrar for one."
)
NOT_ADMITTED = Reason(
    "not_admitted",
    "This exam is taken under supervision. The invigilator checks who you are and admits you; then load this page "
    "again.",
)
VOID_IN_SESSION = Reason(
    NOT_ADMITTED.code,
    "A technical fault ended your attempt in this session. It is void, and your seat is kept. The invigilator checks "
    "who you are and admits you again; then load this page again.",
)


def seat_of(*, enrolment: Enrolment, exam: Exam, now: datetime) -> Booking | None:
    """Return the seat on which an attempt would start: the next one of a session that is not over.

    A seat on which a technical fault took the attempt is kept as long as the session lasts, for the invigilator to
    admit its candidate again; a seat on which nothing was started comes before it.
    """
    seats = Booking.objects.filter(
        Q(attempt__isnull=True) | Q(attempt__in=Attempt.objects.technically_void()),
        enrolment=enrolment,
        state__in=HOLDING,
        session__exam=exam,
        session__cancelled_at__isnull=True,
        session__ends_at__gt=now,
    )
    free_first = Case(When(attempt__isnull=True, then=Value(0)), default=Value(1))
    return seats.select_related("session").order_by(free_first, "session__starts_at", "pk").first()


def unsupervised(*, enrolment: Enrolment, exam: Exam, now: datetime) -> tuple[Reason, ...]:
    """Say what a supervised exam still lacks: a seat, its session, or being admitted to it."""
    seat = seat_of(enrolment=enrolment, exam=exam, now=now)
    if seat is None:
        return (NO_SEAT,)
    if seat.attempt_id is not None:
        return (VOID_IN_SESSION,)
    session = seat.session
    if now < session.starts_at - ADMITTED_BEFORE:
        sentence = (
            f"Your session begins {moment_text(session.starts_at)}, {session.place}. Come then and load this page."
        )
        return (Reason(NOT_BEGUN, sentence),)
    return () if seat.state == BookingState.ADMITTED else (NOT_ADMITTED,)


def take_seat(attempt: Attempt, now: datetime) -> None:
    """Let an attempt belong to the session in which its candidate was admitted, if there is one.

    Raises `AttemptError` `not_admitted` when a supervised exam lost its seat this very moment.
    """
    seat = seat_of(enrolment=attempt.enrolment, exam=attempt.exam, now=now)
    free = Booking.objects.filter(state=BookingState.ADMITTED, attempt__isnull=True)
    if seat is not None and seat.admitted_at is not None and free.filter(pk=seat.pk).update(attempt=attempt):
        AttemptEvent.objects.create(
            attempt=attempt,
            kind=AttemptEventKind.ADMITTED,
            by_id=seat.admitted_by_id,
            happened_at=seat.admitted_at,
            detail={"session": str(seat.session_id)},
        )
    elif attempt.exam.supervised_only:
        raise AttemptError(NOT_ADMITTED.code, NOT_ADMITTED.sentence)
