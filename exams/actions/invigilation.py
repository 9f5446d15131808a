"""What people who supervise an exam do: admit, pause, let go on, give time, note."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import ExpressionWrapper, F, Q, Value
from django.utils import timezone

from exams.actions.more_time import Gift, closed, give_time, move_close, time_over
from exams.actions.seats import ADMITTED_BEFORE, NOT_BEGUN
from exams.errors import AttemptError, SessionError
from exams.models import (
    Attempt,
    AttemptEvent,
    AttemptEventKind,
    AttemptState,
    Booking,
    BookingState,
    ExamSession,
)
from exams.rules.practical_saves import clean_text
from lms.accounts.models import User
from lms.accounts.permissions import Permission, Scope, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb
from lms.look.templatetags.moments import moment_text

MOST_MINUTES = 240
AGAIN = "This attempt is void. The candidate was admitted again on the same seat."


def reason_missing() -> AttemptError:
    """Return the refusal of an act without a reason."""
    return AttemptError("reason_missing", "Say why. It is kept with the attempt.")


def demand_session(session: ExamSession, by: User) -> None:
    """Raise `PermissionDenied` unless the person supervises this session or runs all exams."""
    scope = demand(by, Permission.INVIGILATE)
    if scope is not Scope.ALL and not session.invigilators.filter(pk=by.pk).exists():
        raise PermissionDenied("This session is supervised by others.")


def attempt_for(attempt_id: uuid.UUID, by: User, permission: Permission = Permission.INVIGILATE) -> Attempt:
    """Return an attempt that this person supervises, and never their own.

    Raises `AttemptError` `unknown_attempt` (also for attempts of other sessions), `own_attempt`.
    """
    scope = demand(by, permission)
    attempts = Attempt.objects.select_related("enrolment__person", "exam").filter(pk=attempt_id)
    if scope is not Scope.ALL:
        attempts = attempts.filter(booking__session__invigilators=by)
    attempt = attempts.first()
    if attempt is None:
        raise AttemptError("unknown_attempt", "There is no such attempt.")
    if attempt.enrolment.person_id == by.pk:
        raise AttemptError("own_attempt", "Nobody supervises their own attempt.")
    return attempt


# Before the start


@transaction.atomic
def admit(*, session: ExamSession, booking_id: int, by: User, now: datetime | None = None) -> Booking:
    """Note that the identity of a candidate was checked; from now on they can start.

    From an hour before the session begins; also for somebody who came late, and again for somebody whose attempt a
    technical fault has taken: that attempt keeps a note of it, and the audit event names it. Raises `SessionError`:
    `cancelled`, `over`, `not_begun`, `own_seat`, `not_waiting`.
    """
    now = now or timezone.now()
    # Read anew and locked: a session that is moved to another day at this moment admits nobody today.
    session = ExamSession.objects.select_for_update(no_key=True).get(pk=session.pk)
    _demand_running(session, by, now)
    if now < session.starts_at - ADMITTED_BEFORE:
        sentence = f"The session begins {moment_text(session.starts_at)}. Admit people in the hour before, not earlier."
        raise SessionError(NOT_BEGUN, sentence)
    booking = _seat(session, booking_id, by)
    waiting = Q(state__in=[BookingState.BOOKED, BookingState.NO_SHOW]) | Q(
        state=BookingState.ADMITTED,
        attempt__in=Attempt.objects.technically_void(),
    )
    admitted = session.bookings.filter(waiting, pk=booking.pk).update(
        state=BookingState.ADMITTED, attempt=None, admitted_at=now, admitted_by=by
    )
    if not admitted:
        raise SessionError("not_waiting", "This candidate does not wait to be admitted.")
    data = {"enrolment": str(booking.enrolment_id)}
    if booking.attempt is not None:
        _note(booking.attempt, AttemptEventKind.NOTE, by, AGAIN, {"session": str(session.pk)}, now)
        data["void_attempt"] = str(booking.attempt_id)
    booking.refresh_from_db()
    record(Verb.CANDIDATE_ADMITTED, by=by, target=session, data=data)
    return booking


@transaction.atomic
def mark_absent(*, session: ExamSession, booking_id: int, by: User, now: datetime | None = None) -> Booking:
    """Note that a candidate did not come. They can still be admitted while the session lasts.

    Raises `SessionError`: `cancelled`, `over`, `own_seat`, `not_begun`, `not_waiting`.
    """
    now = now or timezone.now()
    _demand_running(session, by, now)
    booking = _seat(session, booking_id, by)
    if now < session.starts_at:
        raise SessionError("not_begun", "The session has not begun. They may still come.")
    if not session.bookings.filter(pk=booking.pk, state=BookingState.BOOKED).update(state=BookingState.NO_SHOW):
        raise SessionError("not_waiting", "This candidate is not waited for.")
    booking.refresh_from_db()
    record(Verb.CANDIDATE_ABSENT, by=by, target=session, data={"enrolment": str(booking.enrolment_id)})
    return booking


def _demand_running(session: ExamSession, by: User, now: datetime) -> None:
    demand_session(session, by)
    if not session.is_standing:
        raise SessionError("cancelled", "This session was called off.")
    if now >= session.ends_at:
        raise SessionError("over", "This session is over.")


def _seat(session: ExamSession, booking_id: int, by: User) -> Booking:
    booking = session.bookings.select_related("enrolment", "attempt").filter(pk=booking_id).first()
    if booking is None:
        raise SessionError("not_waiting", "There is no such seat in this session.")
    if booking.enrolment.person_id == by.pk:
        raise SessionError("own_seat", "Nobody admits themselves.")
    return booking


# The clock


@transaction.atomic
def pause(*, attempt_id: uuid.UUID, reason: str, by: User, now: datetime | None = None) -> Attempt:
    """Stop the clock of an attempt; what is left of its time is stored to the microsecond.

    Raises `AttemptError`: `reason_missing`, `unknown_attempt`, `own_attempt`, `closed`, `already_paused`, `time_over`.
    """
    now = now or timezone.now()
    attempt, reason = attempt_for(attempt_id, by), _reason(reason)
    left = ExpressionWrapper(F("deadline") - Value(now), output_field=models.DurationField())
    paused = (
        Attempt.objects.running()
        .filter(pk=attempt.pk, deadline__gt=now)
        .update(state=AttemptState.PAUSED, remaining=left, rev=F("rev") + 1)
    )
    attempt.refresh_from_db()
    if not paused:
        if attempt.is_paused:
            raise AttemptError("already_paused", "This attempt is paused already.")
        raise time_over() if attempt.is_open else closed()
    seconds = {"remaining_seconds": attempt.remaining.total_seconds() if attempt.remaining else 0}
    _note(attempt, AttemptEventKind.PAUSED, by, reason, seconds, now)
    record(Verb.ATTEMPT_PAUSED, by=by, target=attempt, data=seconds)
    return attempt


@transaction.atomic
def resume(*, attempt_id: uuid.UUID, by: User, now: datetime | None = None) -> Attempt:
    """Let a paused attempt go on with exactly the time that was left, or until the exam closes if that comes first.

    Where more time moves the close, so does a pause (exams.md 2.1). Of two at once one wins. Raises `AttemptError`:
    `unknown_attempt`, `own_attempt`, `not_paused`, `closed`, `time_over` when the exam has closed meanwhile.
    """
    now = now or timezone.now()
    attempt_for(attempt_id, by)
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    if attempt.remaining is None:
        raise AttemptError("not_paused", "This attempt goes on already.") if attempt.is_open else closed()
    ends, closes_at = now + attempt.remaining, attempt.window_closes_at
    if closes_at is not None and attempt.window_moves:
        closes_at += now - _paused_at(attempt)
    if closes_at is not None:
        ends = min(ends, closes_at)
    if ends <= now:
        raise AttemptError("time_over", "The exam has closed during the pause. The attempt is closed by the clock.")
    resumed = (
        Attempt.objects.paused()
        .filter(pk=attempt.pk, remaining=attempt.remaining)
        .update(state=AttemptState.STARTED, deadline=ends, window_closes_at=closes_at, remaining=None, rev=F("rev") + 1)
    )
    if not resumed:
        raise AttemptError("not_paused", "Somebody changed this attempt a moment ago. Look at it again.")
    attempt.refresh_from_db()
    data = {"deadline": attempt.deadline.isoformat()}
    _note(attempt, AttemptEventKind.RESUMED, by, "", data, now)
    record(Verb.ATTEMPT_RESUMED, by=by, target=attempt, data=data)
    return attempt


def _paused_at(attempt: Attempt) -> datetime:
    return attempt.events.filter(kind=AttemptEventKind.PAUSED).latest("happened_at", "pk").happened_at


@transaction.atomic
def extend(*, attempt_id: uuid.UUID, minutes: int, reason: str, by: User, now: datetime | None = None) -> Attempt:
    """Give one open attempt more minutes; a paused one gets them for when it goes on.

    Raises `AttemptError`: `reason_missing`, `bad_minutes`, `unknown_attempt`, `own_attempt`, `closed`,
    `time_over`, `close_beats_it`.
    """
    attempt, reason = attempt_for(attempt_id, by), _reason(reason)
    return give_time(attempt.pk, _gift(AttemptEventKind.EXTENDED, minutes, reason, by, now or timezone.now()))


@transaction.atomic
def incident(*, attempt_id: uuid.UUID, minutes: int, text: str, by: User, now: datetime | None = None) -> Attempt:
    """Record a technical incident of one attempt, and give back the minutes that it took.

    Raises `AttemptError`: `reason_missing`, `bad_minutes`, `unknown_attempt`, `own_attempt`, `closed`,
    `time_over`, `close_beats_it`.
    """
    attempt, text = attempt_for(attempt_id, by), _reason(text)
    return give_time(attempt.pk, _gift(AttemptEventKind.INCIDENT, minutes, text, by, now or timezone.now()))


def _gift(kind: AttemptEventKind, minutes: int, text: str, by: User, now: datetime) -> Gift:
    if not 1 <= minutes <= MOST_MINUTES:
        raise AttemptError("bad_minutes", f"Enter whole minutes, from 1 to {MOST_MINUTES}.")
    return Gift(kind, timedelta(minutes=minutes), text, by, now)


@transaction.atomic
def incident_for_all(
    *, session: ExamSession, minutes: int, text: str, by: User, now: datetime | None = None
) -> list[uuid.UUID]:
    """Record a technical incident of a whole session, and give the minutes to every attempt whose clock runs.

    A paused clock lost nothing, one that has run out gets nothing, and nobody's time goes beyond the close of the
    exam. Returns the attempts that got time. Raises `AttemptError`: `reason_missing`, `bad_minutes`; and
    `SessionError` `nobody_runs`.
    """
    demand_session(session, by)
    gift = _gift(AttemptEventKind.INCIDENT, minutes, _reason(text), by, now or timezone.now())
    running = (
        Attempt.objects.running().filter(booking__session=session, deadline__gt=gift.now).exclude(enrolment__person=by)
    )
    # Locked in one order, so that nobody is closed or paused between counting and giving.
    before = dict(running.select_for_update(of=("self",)).order_by("pk").values_list("pk", "deadline"))
    keys = list(before)
    move_close(Attempt.objects.filter(pk__in=keys), gift.length)
    given = Attempt.objects.running().filter(pk__in=keys, deadline__gt=gift.now)
    if not keys or not given.update(deadline=F("deadline") + gift.length, rev=F("rev") + 1):
        raise SessionError("nobody_runs", "No attempt runs in this session at the moment. Nobody got time.")
    given.filter(window_closes_at__lt=F("deadline")).update(deadline=F("window_closes_at"))
    AttemptEvent.objects.bulk_create(
        AttemptEvent(
            attempt=attempt,
            kind=gift.kind,
            by=by,
            text=gift.text,
            detail={
                "minutes": minutes,
                "deadline_before": before[attempt.pk].isoformat(),
                "deadline_after": attempt.deadline.isoformat(),
                "session": str(session.pk),
            },
            happened_at=gift.now,
        )
        for attempt in Attempt.objects.filter(pk__in=keys)
    )
    data = {"minutes": minutes, "attempts": [str(key) for key in keys]}
    record(Verb.INCIDENT_RECORDED, by=by, target=session, data=data)
    return keys


@transaction.atomic
def note(*, attempt_id: uuid.UUID, text: str, by: User, now: datetime | None = None) -> AttemptEvent:
    """Write something down about an attempt, open or closed. No patient data, no health data.

    Raises `AttemptError`: `reason_missing`, `unknown_attempt`, `own_attempt`.
    """
    attempt = attempt_for(attempt_id, by)
    event = _note(attempt, AttemptEventKind.NOTE, by, _reason(text), {}, now or timezone.now())
    record(Verb.ATTEMPT_NOTED, by=by, target=attempt)
    return event


def _reason(text: str) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise reason_missing()
    return cleaned


def _note(
    attempt: Attempt, kind: AttemptEventKind, by: User, text: str, detail: dict[str, Any], now: datetime
) -> AttemptEvent:
    return AttemptEvent.objects.create(attempt=attempt, kind=kind, by=by, text=text, detail=detail, happened_at=now)
