"""Accommodations granted and ended, and more time for an attempt that runs."""

import uuid
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils import timezone

from exams.actions.more_time import Gift, give_time, locked
from exams.errors import AccommodationError, AttemptError
from exams.models import Accommodation, Attempt, AttemptEventKind, Ground
from exams.rules import attempt_policy as rules
from exams.rules.accommodations import Adjustments
from lms.accounts.days import site_day
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand
from lms.audit.actions import record
from lms.audit.verbs import Verb


def _changed_meanwhile() -> AccommodationError:
    sentence = "Somebody changed this person’s accommodation a moment ago. Look at it and decide again."
    return AccommodationError("changed_meanwhile", sentence)


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
        raise _changed_meanwhile()
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
        raise _changed_meanwhile() from error
    record(Verb.ACCOMMODATION_GRANTED, by=by, target=row, data={"person": str(person.public_id)})
    return row


def _demand_sensible(
    person: User, adjustments: Adjustments, valid_from: date, valid_until: date | None, by: User
) -> None:
    if person.pk == by.pk:
        raise AccommodationError("own_accommodation", "Nobody grants their own. Ask another exam administrator.")
    if not adjustments.in_words:
        raise AccommodationError("nothing_granted", "Choose at least one adjustment, or cancel.")
    if valid_until and (valid_until < valid_from or valid_until < site_day()):
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
        raise _changed_meanwhile()
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
    """Give a running attempt more time: both numbers replace those it has, and the end moves by the difference.

    So pauses and minutes that were given before stay in it. The base time, the start and the rule about the close stay
    those of the start. The candidate's room learns the new end with its next answer. Raises `AttemptError`:
    `reason_missing`, `unknown_attempt`, `own_attempt`, `closed`, `paused`, `time_over`, `less_time`, `close_beats_it`.
    """
    demand(by, Permission.ATTEMPT_EXTEND)
    if not reason.strip():
        raise AttemptError("reason_missing", "Say why the attempt gets more time.")
    if not Attempt.objects.filter(pk=attempt_id).exists():
        raise AttemptError("unknown_attempt", "There is no such attempt.")
    # Both numbers are compared with those it has: locked, so that of two grants at once the second sees the first.
    attempt = locked(attempt_id)
    if attempt.enrolment.person_id == by.pk:
        raise AttemptError("own_attempt", "Nobody extends their own attempt. Ask another exam administrator.")
    if attempt.is_paused:
        raise AttemptError("paused", "This attempt is paused. Let it go on first, then give it more time.")
    before = rules.allowance(
        minutes=attempt.minutes, multiplier=attempt.time_multiplier, extra_minutes=attempt.extra_minutes
    )
    after = rules.allowance(minutes=attempt.minutes, multiplier=multiplier, extra_minutes=extra_minutes)
    if attempt.is_open and after <= before:
        raise AttemptError("less_time", "This is not more time than the attempt has. Nobody loses time in an exam.")
    gift = Gift(
        AttemptEventKind.EXTENDED,
        after - before,
        reason.strip(),
        by,
        now or timezone.now(),
        up_to_close=True,
        columns={"time_multiplier": multiplier, "extra_minutes": extra_minutes},
    )
    return give_time(attempt_id, gift)
