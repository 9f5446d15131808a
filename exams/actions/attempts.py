"""What happens to an attempt: started, taken over, flagged, submitted, closed by the clock, scored."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from courses.models import Enrolment
from exams.actions.access import NOTHING_PRESENTED, Presented, check_access
from exams.actions.accommodations import snapshot
from exams.actions.attempt_forms import form_for_attempt, plan_form
from exams.actions.marking import conclude
from exams.actions.seats import take_seat
from exams.errors import AttemptError
from exams.models import (
    Attempt,
    AttemptState,
    Exam,
    ExamForm,
    FormItem,
    IntegritySignal,
    Response,
    SignalKind,
    adjustments_of,
    assembly_policy_of,
    policy_of,
)
from exams.rules import attempt_policy as policy
from exams.rules.option_order import option_order
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


def _paused() -> AttemptError:
    sentence = "The invigilator has paused the exam. Your answers are safe, and your time stands still."
    return AttemptError("paused", sentence)


def start(
    *,
    enrolment: Enrolment,
    exam: Exam,
    honour_accepted: bool,
    by: User,
    now: datetime | None = None,
    presented: Presented = NOTHING_PRESENTED,
) -> Attempt:
    """Start an attempt at a form of the exam, or at one made for it; the clock runs from here.

    Raises `AttemptError`: `not_yours`, `honour_not_accepted`, the first reason of `check_access`, or why no form could
    be made; a second start at the same time gets `attempt_open`.
    """
    demand(by, Permission.ATTEMPT_TAKE)
    now = now or timezone.now()
    if enrolment.person_id != by.pk or enrolment.programme_id != exam.programme_id:
        raise AttemptError("not_yours", "This exam is not part of your programme.")
    planned = None
    if assembly_policy_of(exam).makes_forms:
        # Before the transaction, for on SQLite it would hold up everybody else who writes.
        _refuse_start(enrolment, exam, presented, now, honour_accepted)
        planned = plan_form(exam=exam, person=by)
    with transaction.atomic():
        _refuse_start(enrolment, exam, presented, now, honour_accepted)
        form = form_for_attempt(exam=exam, person=by, planned=planned)
        attempt = _add_attempt(enrolment, exam, form, now)
        take_seat(attempt, now)
        record(
            Verb.ATTEMPT_STARTED,
            by=by,
            target=attempt,
            data={"exam": exam.code, "form": attempt.form_id, "number": attempt.number, "honour": attempt.honour_text},
        )
    return attempt


def _refuse_start(enrolment: Enrolment, exam: Exam, presented: Presented, now: datetime, honour_accepted: bool) -> None:
    for reason in check_access(enrolment=enrolment, exam=exam, presented=presented, now=now).reasons:
        raise AttemptError(reason.code, reason.sentence)
    if not honour_accepted:
        raise AttemptError("honour_not_accepted", "Agree to the exam rules before you start.")


def _add_attempt(enrolment: Enrolment, exam: Exam, form: ExamForm, now: datetime) -> Attempt:
    blueprint = form.blueprint
    granted, rules = adjustments_of(enrolment.person, now), policy_of(exam)
    time: dict[str, Any] = {
        "minutes": blueprint.minutes,
        "multiplier": granted.multiplier,
        "extra_minutes": granted.extra_minutes,
    }
    closes_at = policy.effective_close(rules.closes_at, moves=rules.accommodation_moves_close, **time)
    attempt = Attempt(
        enrolment=enrolment,
        exam=exam,
        form=form,
        number=Attempt.objects.filter(enrolment=enrolment, exam=exam).count() + 1,
        started_at=now,
        minutes=blueprint.minutes,
        time_multiplier=granted.multiplier,
        extra_minutes=granted.extra_minutes,
        accommodation=snapshot(granted),
        window_closes_at=closes_at,
        window_moves=rules.accommodation_moves_close,
        deadline=policy.deadline(now, window_closes_at=closes_at, **time),
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
            raise _paused()
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
    """Hand in an attempt; it is scored, or waits for marking. Doing it again changes nothing and returns it closed.

    After the deadline it counts as closed by the clock, at the deadline. Raises `AttemptError`: `unknown_attempt`,
    `paused` while its clock stands still, or `superseded` when another session holds the attempt.
    """
    attempt = _own_attempt(attempt_id, by)
    seen = attempt.deadline
    closed = _hand_in(attempt, token, received_at)
    if not closed and attempt.deadline != seen:  # somebody gave time meanwhile
        closed = _hand_in(attempt, token, received_at)
    if closed:
        in_time = attempt.state == AttemptState.SUBMITTED
        verb = Verb.ATTEMPT_SUBMITTED if in_time else Verb.ATTEMPT_EXPIRED
        record(verb, by=by, target=attempt, data={"rev": attempt.rev})
        conclude(attempt=attempt)
    elif attempt.is_paused:
        raise _paused()
    elif attempt.is_open:
        raise AttemptError("superseded", "This attempt goes on at another device.")
    return attempt


def _hand_in(attempt: Attempt, token: str, received_at: datetime) -> bool:
    """Close a running attempt unless its end is another one than was read; and read it again."""
    in_time = received_at <= attempt.deadline
    closed = (
        Attempt.objects.running()
        .filter(pk=attempt.pk, token=token, deadline=attempt.deadline)
        .update(
            state=AttemptState.SUBMITTED if in_time else AttemptState.EXPIRED,
            submitted_at=received_at if in_time else attempt.deadline,
            rev=F("rev") + 1,
        )
    )
    attempt.refresh_from_db()
    return bool(closed)


def close_overdue(*, now: datetime | None = None) -> int:
    """Close every attempt whose time is over; return how many. Each in its own transaction."""
    now = now or timezone.now()
    overdue = Attempt.objects.filter(_ran_out(now) | _closed_in_a_pause(now)).values_list("pk", flat=True)
    return sum(close_if_overdue(attempt_id=attempt_id, now=now) for attempt_id in list(overdue))


def _ran_out(now: datetime) -> Q:
    return Q(state=AttemptState.STARTED, deadline__lt=now - policy.CLOSING_MARGIN)


def _closed_in_a_pause(now: datetime) -> Q:
    """Match paused attempts whose exam has closed; where a pause moves the close, it never comes during one."""
    return Q(state=AttemptState.PAUSED, window_moves=False, window_closes_at__lt=now - policy.CLOSING_MARGIN)


@transaction.atomic
def close_if_overdue(*, attempt_id: uuid.UUID, now: datetime) -> bool:
    """Close one attempt if its time is over. It counts as handed in at the deadline, not when the clock came by.

    For an attempt that was paused when its exam closed, that is the close.
    """
    attempts, ended = Attempt.objects.filter(pk=attempt_id), {"state": AttemptState.EXPIRED, "rev": F("rev") + 1}
    closed = attempts.filter(_ran_out(now)).update(submitted_at=F("deadline"), **ended) or attempts.filter(
        _closed_in_a_pause(now)
    ).update(submitted_at=F("window_closes_at"), deadline=F("window_closes_at"), remaining=None, **ended)
    if closed:
        attempt = Attempt.objects.get(pk=attempt_id)
        record(Verb.ATTEMPT_EXPIRED, by=None, target=attempt, data={"rev": attempt.rev})
        conclude(attempt=attempt)
    return bool(closed)
