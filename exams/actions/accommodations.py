"""Accommodations granted and ended, and more time for an attempt that runs."""

import uuid
from dataclasses import asdict
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from exams.errors import AccommodationError, AttemptError
from exams.models import Accommodation, Attempt, AttemptEvent, AttemptEventKind, Ground
from exams.rules import attempt_policy as rules
from exams.rules.accommodations import Adjustments
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb

CHANGED_MEANWHILE = AccommodationError(
    "changed_meanwhile", "Somebody changed this person’s accommodation a moment ago. Look at it and decide again."
)


def snapshot(adjustments: Adjustments) -> dict[str, object]:
    """Return what an attempt keeps of adjustments beside the time, which has columns of its own."""
    kept = asdict(adjustments)
    return {name: kept[name] for name in ("break_minutes", "large_print", "separate_room", "reader")}


@transaction.atomic
def grant(
    *,
    person: User,
    adjustments: Adjustments,
    ground: Ground,
    valid_from: date,
    by: User,
    valid_until: date | None = None,
    replaces: int | None = None,
) -> Accommodation:
    """Grant an accommodation; it holds for every exam and practical from its first to its last day.

    `replaces` is the standing grant that the administrator saw: it ends now, and the new one stands. Attempts in
    progress keep their time (see `extend`). Raises `AccommodationError`: `own_accommodation`, `nothing_granted`,
    `days_over`, `changed_meanwhile`.
    """
    demand(by, Permission.ACCOMMODATION_GRANT)
    _demand_sensible(person, adjustments, valid_from, valid_until, by)
    standing = Accommodation.objects.standing().filter(person=person).first()
    if (standing.pk if standing else None) != replaces:
        raise CHANGED_MEANWHILE
    if standing:
        end(accommodation=standing, by=by)
    row = Accommodation(
        person=person,
        ground=ground,
        valid_from=valid_from,
        valid_until=valid_until,
        granted_by=by,
        **asdict(adjustments),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise CHANGED_MEANWHILE from error
    record(Verb.ACCOMMODATION_GRANTED, by=by, target=row, data={"person": str(person.public_id)})
    return row


def _demand_sensible(
    person: User, adjustments: Adjustments, valid_from: date, valid_until: date | None, by: User
) -> None:
    if person.pk == by.pk:
        raise AccommodationError("own_accommodation", "Nobody grants their own. Ask another exam administrator.")
    if not adjustments.in_words:
        raise AccommodationError("nothing_granted", "Choose at least one adjustment, or cancel.")
    if valid_until and (valid_until < valid_from or valid_until < timezone.localdate()):
        raise AccommodationError("days_over", "The last day has passed or is before the first. Choose a later day.")


@transaction.atomic
def end(*, accommodation: Accommodation, by: User) -> None:
    """End a grant. The next attempt has none; attempts in progress keep their time.

    Raises `AccommodationError`: `own_accommodation`, `changed_meanwhile`.
    """
    demand(by, Permission.ACCOMMODATION_GRANT)
    if accommodation.person_id == by.pk:
        raise AccommodationError("own_accommodation", "Nobody ends their own. Ask another exam administrator.")
    ended = Accommodation.objects.standing().filter(pk=accommodation.pk).update(ended_at=timezone.now(), ended_by=by)
    if not ended:
        raise CHANGED_MEANWHILE
    record(Verb.ACCOMMODATION_ENDED, by=by, target=accommodation, data={"person": str(accommodation.person.public_id)})


@transaction.atomic
def extend(
    *,
    attempt_id: uuid.UUID,
    multiplier: Decimal,
    extra_minutes: Decimal,
    reason: str,
    by: User,
    now: datetime | None = None,
) -> Attempt:
    """Give an open attempt more time: both numbers replace those it has, and the deadline follows by the rule.

    The base time, the start and the close of the window stay those of the start. The candidate's room learns the new
    end with its next answer. Raises `AttemptError`: `reason_missing`, `unknown_attempt`, `own_attempt`, `closed`,
    `paused`, `time_over`, `less_time`, `close_beats_it`, `changed_meanwhile`.
    """
    demand(by, Permission.ATTEMPT_EXTEND)
    attempt = _attempt_to_extend(attempt_id, reason, by, now or timezone.now())
    had = attempt.deadline
    before = rules.allowance(
        minutes=attempt.minutes, multiplier=attempt.time_multiplier, extra_minutes=attempt.extra_minutes
    )
    after = rules.allowance(minutes=attempt.minutes, multiplier=multiplier, extra_minutes=extra_minutes)
    if after <= before:
        raise AttemptError("less_time", "This is not more time than the attempt has. Nobody loses time in an exam.")
    closes_at = attempt.window_closes_at
    if closes_at is not None and attempt.window_moves:
        closes_at += after - before
    ends = rules.deadline(
        attempt.started_at,
        minutes=attempt.minutes,
        multiplier=multiplier,
        extra_minutes=extra_minutes,
        pauses=_pauses_of(attempt),
        window_closes_at=closes_at,
    )
    if ends <= had:
        raise AttemptError(
            "close_beats_it",
            "The exam closes when this attempt ends, and the close beats the time limit. More time would change "
            "nothing: the policy with which the attempt started does not let the close move.",
        )
    _give(attempt, multiplier=multiplier, extra_minutes=extra_minutes, ends=ends, closes_at=closes_at)
    AttemptEvent.objects.create(
        attempt=attempt,
        kind=AttemptEventKind.EXTENDED,
        by=by,
        text=reason.strip(),
        detail={"multiplier": str(multiplier), "extra_minutes": str(extra_minutes), "deadline": ends.isoformat()},
    )
    record(Verb.ATTEMPT_EXTENDED, by=by, target=attempt, data={"seconds": int((ends - had).total_seconds())})
    return attempt


def _attempt_to_extend(attempt_id: uuid.UUID, reason: str, by: User, now: datetime) -> Attempt:
    if not reason.strip():
        raise AttemptError("reason_missing", "Say why the attempt gets more time.")
    attempt = Attempt.objects.select_related("enrolment").filter(pk=attempt_id).first()
    if attempt is None:
        raise AttemptError("unknown_attempt", "There is no such attempt.")
    if attempt.enrolment.person_id == by.pk:
        raise AttemptError("own_attempt", "Nobody extends their own attempt. Ask another exam administrator.")
    if not attempt.is_open:
        raise AttemptError("closed", "This attempt is closed. A closed attempt never opens again.")
    if not attempt.is_running:
        raise AttemptError("paused", "This attempt is paused. Let it go on first, then give it more time.")
    if now > attempt.deadline:
        raise AttemptError("time_over", "The time of this attempt is over, and it is being closed. It is too late.")
    return attempt


def _pauses_of(attempt: Attempt) -> timedelta:
    """Return the sum of all finished pauses, from the events of the attempt."""
    kinds = (AttemptEventKind.PAUSED, AttemptEventKind.RESUMED)
    began, total = None, timedelta()
    for kind, moment in attempt.events.filter(kind__in=kinds).values_list("kind", "happened_at"):
        if kind == AttemptEventKind.PAUSED:
            began = began or moment
        elif began:
            total, began = total + (moment - began), None
    return total


def _give(
    attempt: Attempt, *, multiplier: Decimal, extra_minutes: Decimal, ends: datetime, closes_at: datetime | None
) -> None:
    """Write the new end, unless the attempt was closed or extended meanwhile."""
    given = (
        Attempt.objects.running()
        .filter(pk=attempt.pk, deadline=attempt.deadline)
        .update(
            time_multiplier=multiplier,
            extra_minutes=extra_minutes,
            deadline=ends,
            window_closes_at=closes_at,
            rev=F("rev") + 1,
        )
    )
    if not given:
        raise AttemptError("changed_meanwhile", "This attempt changed a moment ago. Look at it and decide again.")
    attempt.refresh_from_db()
