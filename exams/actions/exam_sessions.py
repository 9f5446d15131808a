"""Planning exam sessions and booking seats in them."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.access import eligibility
from exams.actions.appointment_news import tell_candidates, tell_invigilators, tell_of_seats
from exams.actions.seats import NO_SEAT, NOT_ADMITTED, NOT_BEGUN
from exams.appointment_mails import News
from exams.errors import SessionError
from exams.models import Booking, BookingState, Exam, ExamSession
from exams.models.exam_sessions import HOLDING
from exams.rules.occupancy import same_words
from exams.rules.practical_saves import clean_text
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand, scope_of
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import moment_text

LONGEST = timedelta(hours=12)
MOST_SEATS = 1000
# What the session itself settles later: whoever books cannot wait for it.
SETTLED_BY_THE_SESSION = frozenset({NO_SEAT.code, NOT_ADMITTED.code, NOT_BEGUN})


@transaction.atomic
def decide_supervision(*, exam: Exam, supervised_only: bool, by: User) -> bool:
    """Decide whether an exam starts only in a session; False when it was so before. Attempts in progress go on."""
    demand(by, Permission.SUPERVISION_DECIDE)
    changed = Exam.objects.filter(pk=exam.pk, supervised_only=not supervised_only).update(
        supervised_only=supervised_only
    )
    exam.refresh_from_db()
    if changed:
        record(Verb.EXAM_SUPERVISION_CHANGED, by=by, target=exam, data={"supervised_only": supervised_only})
    return bool(changed)


@transaction.atomic
def plan_session(
    *,
    exam: Exam,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    seats: int,
    invigilators: Sequence[User],
    by: User,
    now: datetime | None = None,
) -> ExamSession:
    """Plan a supervised sitting of an exam.

    Raises `SessionError`: `past`, `ends_before_start`, `too_long`, `no_place`, `bad_seats`, `no_invigilator`,
    `not_an_invigilator`, `invigilator_busy`, `place_busy`.
    """
    demand(by, Permission.SESSION_PLAN)
    demand_sensible(place, starts_at, ends_at, seats, now or timezone.now())
    demand_free(place, invigilators, starts_at, ends_at)
    session = ExamSession.objects.create(
        exam=exam, place=clean_text(place), starts_at=starts_at, ends_at=ends_at, seats=seats, planned_by=by
    )
    session.invigilators.set(invigilators)
    people = [str(person.public_id) for person in invigilators]
    record(Verb.EXAM_SESSION_PLANNED, by=by, target=session, data={"exam": exam.code, "invigilators": people})
    tell_invigilators(session, [person.pk for person in invigilators], News.GIVEN)
    return session


def demand_sensible(place: str, starts_at: datetime, ends_at: datetime, seats: int, now: datetime) -> None:
    """Refuse what no session can be. Raises `SessionError` as `plan_session` does."""
    if starts_at < now:
        raise SessionError("past", "This start has passed. Choose a later one.")
    if ends_at <= starts_at:
        raise SessionError("ends_before_start", "The end is not after the start.")
    if ends_at - starts_at > LONGEST:
        raise SessionError("too_long", "A session lasts at most twelve hours. Plan another one for the next day.")
    if not clean_text(place):
        raise SessionError("no_place", "Say where it is.")
    if not 1 <= seats <= MOST_SEATS:
        raise SessionError("bad_seats", f"A session has between 1 and {MOST_SEATS} seats.")


def demand_free(
    place: str,
    invigilators: Sequence[User],
    starts_at: datetime,
    ends_at: datetime,
    *,
    besides: ExamSession | None = None,
) -> None:
    """Refuse people who may not supervise or are elsewhere, and a place that another session takes at that time.

    The rows of all exams are locked first, so that two plans see each other; the session to be changed is `besides`.
    Raises `SessionError` as `plan_session` does.
    """
    if not invigilators:
        raise SessionError("no_invigilator", "Name at least one invigilator.")
    keys = [person.pk for person in invigilators]
    list(Exam.objects.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    for person in invigilators:
        if not person.is_active or scope_of(person, Permission.INVIGILATE) is None:
            raise SessionError(
                "not_an_invigilator", f"{person.full_name} is neither an instructor nor an exam administrator."
            )
    others = ExamSession.objects.standing().filter(starts_at__lt=ends_at, ends_at__gt=starts_at)
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    busy = others.filter(invigilators__in=keys).first()
    if busy is not None:
        names = busy.invigilators.filter(pk__in=keys).order_by("full_name").values_list("full_name", flat=True)
        sentence = f"{' and '.join(names)}: in another session from {moment_text(busy.starts_at)}, {busy.place}."
        raise SessionError("invigilator_busy", sentence)
    for other in others:
        if same_words(other.place, place):
            sentence = f"{other.place} is taken by another session from {moment_text(other.starts_at)}."
            raise SessionError("place_busy", sentence)


@transaction.atomic
def book(*, session: ExamSession, enrolment: Enrolment, by: User, now: datetime | None = None) -> Booking:
    """Give a candidate a seat.

    Whether they may sit the exam is asked for the moment when the session starts, so that a waiting time may end
    before it. Raises `SessionError`: `cancelled`, `over`, `other_programme`, `own_session`, `full`, `already_booked`,
    or the first reason why the candidate may not start.
    """
    demand(by, Permission.SESSION_PLAN)
    session = ExamSession.objects.select_for_update(of=("self",)).select_related("exam").get(pk=session.pk)
    _demand_bookable(session, enrolment, now or timezone.now())
    holding = Booking.objects.filter(state__in=HOLDING)
    elsewhere = holding.filter(
        enrolment=enrolment,
        attempt__isnull=True,
        session__exam=session.exam_id,
        session__cancelled_at__isnull=True,
        session__ends_at__gt=now or timezone.now(),
    ).exclude(state=BookingState.NO_SHOW)
    if other := elsewhere.select_related("session").first():
        raise SessionError(
            "already_booked", f"There is a seat already: {moment_text(other.session.starts_at)}, {other.session.place}."
        )
    if holding.filter(session=session).count() >= session.seats:
        raise SessionError("full", "All seats are taken. Give one back first, or plan another session.")
    try:
        with transaction.atomic():
            booking = Booking.objects.create(session=session, enrolment=enrolment)
    except IntegrityError as error:
        raise SessionError("already_booked", "There is a seat in this session already.") from error
    record(Verb.SEAT_BOOKED, by=by, target=session, data={"enrolment": str(enrolment.pk)})
    tell_candidates([booking.pk], News.GIVEN, session.revision)
    tell_of_seats(session, timezone.now())
    return booking


def _demand_bookable(session: ExamSession, enrolment: Enrolment, now: datetime) -> None:
    if not session.is_standing:
        raise SessionError("cancelled", "This session was called off.")
    if session.ends_at <= now:
        raise SessionError("over", "This session is over.")
    if enrolment.programme_id != session.exam.programme_id:
        raise SessionError("other_programme", "The exam is not part of this person's programme.")
    if session.invigilators.filter(pk=enrolment.person_id).exists():
        raise SessionError("own_session", "An invigilator cannot be a candidate of the same session.")
    answer = eligibility(enrolment=enrolment, exam=session.exam, now=max(now, session.starts_at))
    for reason in answer.reasons:
        if reason.code not in SETTLED_BY_THE_SESSION:
            raise SessionError(reason.code, f"The exam system would not let this candidate start: {reason.sentence}")


@transaction.atomic
def release_seat(*, booking_id: int, session_id: uuid.UUID, by: User) -> None:
    """Give back a seat on which nothing was started. Raises `SessionError` `seat_in_use`."""
    demand(by, Permission.SESSION_PLAN)
    # The session is locked as in its change, so that the mail about it and this one carry the right sequence.
    session = ExamSession.objects.select_for_update(no_key=True).get(pk=session_id)
    seats = Booking.objects.filter(pk=booking_id, session=session_id, attempt__isnull=True, state__in=HOLDING)
    if not seats.update(state=BookingState.RELEASED):
        raise SessionError("seat_in_use", "This seat was given back before, or an attempt was started on it.")
    booking = Booking.objects.get(pk=booking_id)
    record(Verb.SEAT_RELEASED, by=by, target=session, data={"enrolment": str(booking.enrolment_id)})
    tell_candidates([booking_id], News.TAKEN_BACK, session.revision + 1)
    tell_of_seats(session, timezone.now())


@transaction.atomic
def cancel_session(*, session: ExamSession, by: User) -> None:
    """Call a session off; everybody's seat is given back, and all are told.

    Raises `SessionError`: `started`, `cancelled`.
    """
    demand(by, Permission.SESSION_PLAN)
    session = ExamSession.objects.select_for_update().get(pk=session.pk)
    called_off = ExamSession.objects.standing().filter(pk=session.pk)
    if not called_off.update(cancelled_at=timezone.now(), revision=F("revision") + 1):
        raise SessionError("cancelled", "This session was called off before.")
    session.refresh_from_db()
    free = session.bookings.filter(state__in=HOLDING, attempt__isnull=True)
    released = list(free.select_for_update().order_by("pk").values_list("pk", flat=True))
    session.bookings.filter(pk__in=released).update(state=BookingState.RELEASED)
    # Asked when no free seat is left: whoever starts at this moment has their seat already, or does not get it.
    if session.bookings.filter(attempt__isnull=False).exists():
        raise SessionError("started", "Somebody has started the exam in this session. It cannot be called off.")
    record(Verb.EXAM_SESSION_CANCELLED, by=by, target=session, data={"seats": len(released)})
    tell_candidates(released, News.CALLED_OFF, session.revision)
    tell_invigilators(session, session.invigilators.values_list("pk", flat=True), News.CALLED_OFF)
