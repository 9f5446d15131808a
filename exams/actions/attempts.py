"""What happens to an attempt: started, taken over, flagged, submitted, closed by the clock, scored."""

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.scoring import score
from exams.errors import AttemptError
from exams.models import (
    Attempt,
    AttemptEvent,
    AttemptEventKind,
    AttemptState,
    Booking,
    BookingState,
    Exam,
    FormItem,
    IntegritySignal,
    Response,
    SignalKind,
    VoidKind,
)
from exams.models.exam_sessions import HOLDING
from exams.rules import attempt_policy as policy
from exams.rules.option_order import option_order
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

PAUSED = AttemptError(
    "paused", "The invigilator has paused the exam. Your answers are safe, and your time stands still."
)


@dataclass(frozen=True)
class Accommodation:
    """More time for one person: the base time times `multiplier`, plus `extra_minutes`."""

    multiplier: Decimal = Decimal(1)
    extra_minutes: Decimal = Decimal(0)


def eligibility(*, enrolment: Enrolment, exam: Exam, now: datetime) -> policy.Eligibility:
    """Say whether a new attempt may start now, or everything that stands in the way."""
    past = Attempt.objects.filter(enrolment=enrolment, exam=exam).with_result()
    answer = policy.eligibility(
        past=[policy.PastAttempt(a.started_at, a.submitted_at, _outcome(a)) for a in past],
        now=now,
        policy=policy.RetakePolicy(maximum_attempts=exam.maximum_attempts),
        course_completed=enrolment.course_completed_at is not None,
        enrolment_open=enrolment.closed_at is None,
        form_ready=exam.active_form_id is not None,
    )
    if exam.supervised_only and answer.may_start:
        return replace(answer, reasons=_unsupervised(seat_of(enrolment=enrolment, exam=exam, now=now)))
    return answer


def _outcome(attempt: Attempt) -> policy.Outcome:
    """Say how an attempt read by `with_result` ended. What is void is so whatever its score says."""
    if attempt.is_open:
        return policy.Outcome.OPEN
    if void := attempt.void_kind or attempt.result_void_kind:
        misconduct = void == VoidKind.MISCONDUCT
        return policy.Outcome.VOIDED_MISCONDUCT if misconduct else policy.Outcome.VOIDED_TECHNICAL
    if attempt.passed is None:
        return policy.Outcome.PENDING
    return policy.Outcome.PASSED if attempt.passed else policy.Outcome.FAILED


NO_SEAT = policy.Reason(
    "no_seat", "This exam is taken under supervision, and you have no seat in a session. Ask the registrar for one."
)
NOT_ADMITTED = policy.Reason(
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


def _unsupervised(seat: Booking | None) -> tuple[policy.Reason, ...]:
    if seat is None:
        return (NO_SEAT,)
    return () if seat.state == BookingState.ADMITTED else (NOT_ADMITTED,)


@transaction.atomic
def start(
    *,
    enrolment: Enrolment,
    exam: Exam,
    honour_accepted: bool,
    by: User,
    now: datetime | None = None,
    accommodation: Accommodation = Accommodation(),
) -> Attempt:
    """Start an attempt at the exam's active form; the clock runs from here.

    Raises `AttemptError`: `not_yours`, `honour_not_accepted`, or the first reason of the eligibility rule; a second
    start at the same time gets `attempt_open`.
    """
    demand(by, Permission.ATTEMPT_TAKE)
    now = now or timezone.now()
    if enrolment.person_id != by.pk or enrolment.programme_id != exam.programme_id:
        raise AttemptError("not_yours", "This exam is not part of your programme.")
    for reason in eligibility(enrolment=enrolment, exam=exam, now=now).reasons:
        raise AttemptError(reason.code, reason.sentence)
    if not honour_accepted:
        raise AttemptError("honour_not_accepted", "Agree to the exam rules before you start.")
    attempt = _add_attempt(enrolment, exam, accommodation, now)
    _take_seat(attempt, now)
    record(
        Verb.ATTEMPT_STARTED,
        by=by,
        target=attempt,
        data={"exam": exam.code, "form": attempt.form_id, "number": attempt.number, "honour": attempt.honour_text},
    )
    return attempt


def _add_attempt(enrolment: Enrolment, exam: Exam, accommodation: Accommodation, now: datetime) -> Attempt:
    form = exam.active_form
    if form is None:
        raise AttemptError(policy.NO_FORM.code, policy.NO_FORM.sentence)
    blueprint = form.blueprint
    attempt = Attempt(
        enrolment=enrolment,
        exam=exam,
        form=form,
        number=Attempt.objects.filter(enrolment=enrolment, exam=exam).count() + 1,
        started_at=now,
        minutes=blueprint.minutes,
        time_multiplier=accommodation.multiplier,
        extra_minutes=accommodation.extra_minutes,
        deadline=policy.deadline(
            now,
            minutes=blueprint.minutes,
            multiplier=accommodation.multiplier,
            extra_minutes=accommodation.extra_minutes,
        ),
        seed=secrets.token_hex(32),
        honour_text=str(blueprint),
        honour_accepted_at=now,
        token=secrets.token_hex(16),
    )
    try:
        with transaction.atomic():
            attempt.save(force_insert=True)
    except IntegrityError as error:
        raise AttemptError(policy.ATTEMPT_OPEN.code, policy.ATTEMPT_OPEN.sentence) from error
    Response.objects.bulk_create(_empty_responses(attempt))
    return attempt


def _take_seat(attempt: Attempt, now: datetime) -> None:
    """Let an attempt belong to the session in which its candidate was admitted, if there is one."""
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


def _empty_responses(attempt: Attempt) -> Iterable[Response]:
    places = FormItem.objects.filter(form=attempt.form_id).select_related("version")
    shown = places.only("position", "form_id", "version__options", "version__fixed_order")
    for place in shown:
        ids = [option["id"] for option in place.version.options]
        ordered = (
            ids if place.version.fixed_order else option_order(ids, seed=attempt.seed, version=str(place.version_id))
        )
        yield Response(attempt=attempt, form_item=place, position=place.position, option_order=ordered)


def _own_attempt(attempt_id: uuid.UUID, by: User) -> Attempt:
    demand(by, Permission.ATTEMPT_TAKE)
    attempt = Attempt.objects.filter(pk=attempt_id, enrolment__person=by).first()
    if attempt is None:
        raise AttemptError("unknown_attempt", "There is no such attempt.")
    return attempt


@transaction.atomic
def claim(*, attempt_id: uuid.UUID, seen_claims: int, by: User) -> Attempt:
    """Let this session go on with an open attempt; the one that held it can no longer save.

    `seen_claims` is the count that the person saw: of several claims at once exactly one wins. Raises `AttemptError`:
    `unknown_attempt`, `closed`, `paused`, `claim_lost`.
    """
    attempt = _own_attempt(attempt_id, by)
    token = secrets.token_hex(16)
    won = (
        Attempt.objects.running()
        .filter(pk=attempt.pk, claims=seen_claims)
        .update(token=token, claims=F("claims") + 1, rev=F("rev") + 1)
    )
    attempt.refresh_from_db()
    if not won:
        if not attempt.is_open:
            raise AttemptError("closed", "This attempt is closed.")
        if attempt.is_paused:
            raise PAUSED
        raise AttemptError("claim_lost", "Another device took the exam over a moment ago.")
    IntegritySignal.objects.create(attempt=attempt, kind=SignalKind.TAKEN_OVER)
    record(Verb.ATTEMPT_TAKEN_OVER, by=by, target=attempt, data={"claims": attempt.claims})
    return attempt


def flag(*, attempt_id: uuid.UUID, token: str, position: int, flagged: bool, by: User) -> bool:
    """Mark or unmark a question for the candidate's own review; it never affects the score.

    False when the attempt is closed or went on in another session. Raises `AttemptError` `unknown_attempt`.
    """
    attempt = _own_attempt(attempt_id, by)
    if not attempt.is_open or attempt.token != token:
        return False
    return bool(Response.objects.filter(attempt=attempt, position=position).update(flagged=flagged))


@transaction.atomic
def submit(*, attempt_id: uuid.UUID, token: str, by: User, received_at: datetime) -> Attempt:
    """Hand in an attempt and score it. Doing it again changes nothing and returns the closed attempt.

    After the deadline it counts as closed by the clock, at the deadline. Raises `AttemptError`: `unknown_attempt`,
    `paused` while its clock stands still, or `superseded` when another session holds the attempt.
    """
    attempt = _own_attempt(attempt_id, by)
    in_time = received_at <= attempt.deadline
    closed = (
        Attempt.objects.running()
        .filter(pk=attempt.pk, token=token)
        .update(
            state=AttemptState.SUBMITTED if in_time else AttemptState.EXPIRED,
            submitted_at=received_at if in_time else attempt.deadline,
            rev=F("rev") + 1,
        )
    )
    attempt.refresh_from_db()
    if closed:
        verb = Verb.ATTEMPT_SUBMITTED if in_time else Verb.ATTEMPT_EXPIRED
        record(verb, by=by, target=attempt, data={"rev": attempt.rev})
        score(attempt=attempt)
    elif attempt.is_paused:
        raise PAUSED
    elif attempt.is_open:
        raise AttemptError("superseded", "This attempt goes on at another device.")
    return attempt


def close_overdue(*, now: datetime | None = None) -> int:
    """Close and score every attempt whose time is over; return how many. Each in its own transaction."""
    now = now or timezone.now()
    overdue = Attempt.objects.running().filter(deadline__lt=now - policy.CLOSING_MARGIN).values_list("pk", flat=True)
    return sum(close_if_overdue(attempt_id=attempt_id, now=now) for attempt_id in list(overdue))


@transaction.atomic
def close_if_overdue(*, attempt_id: uuid.UUID, now: datetime) -> bool:
    """Close one attempt if its time is over. It counts as handed in at the deadline, not when the clock came by."""
    closed = (
        Attempt.objects.running()
        .filter(pk=attempt_id, deadline__lt=now - policy.CLOSING_MARGIN)
        .update(state=AttemptState.EXPIRED, submitted_at=F("deadline"), rev=F("rev") + 1)
    )
    if closed:
        attempt = Attempt.objects.get(pk=attempt_id)
        record(Verb.ATTEMPT_EXPIRED, by=None, target=attempt, data={"rev": attempt.rev})
        score(attempt=attempt)
    return bool(closed)
