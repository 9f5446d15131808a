"""More time for an open attempt, one way for all: by an accommodation, by minutes at the chair, by an incident."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from exams.errors import AttemptError
from exams.models import Attempt, AttemptEvent, AttemptEventKind
from lms.accounts.models import User
from lms.audit.actions import record
from lms.audit.verbs import Verb


@dataclass(frozen=True)
class Gift:
    """Time for an attempt: as what, how long, why, by whom, when.

    `columns` are what the attempt holds of its time from now on, when that changes. With `up_to_close` a close that
    does not move cuts the gift short; without it, such a gift is refused.
    """

    kind: AttemptEventKind
    length: timedelta
    text: str
    by: User
    now: datetime
    up_to_close: bool = False
    columns: Mapping[str, Decimal] = field(default_factory=dict)


def locked(attempt_id: uuid.UUID) -> Attempt:
    """Return an attempt whose row nobody else changes before this transaction ends."""
    return Attempt.objects.select_for_update(no_key=True).get(pk=attempt_id)


def closed() -> AttemptError:
    """Return the refusal for an attempt that is closed."""
    return AttemptError("closed", "This attempt is closed. A closed attempt never opens again.")


def time_over() -> AttemptError:
    """Return the refusal for an attempt whose clock has run out, closed already or not."""
    return AttemptError("time_over", "The time of this attempt is over, and it is being closed. It is too late.")


def give_time(attempt_id: uuid.UUID, gift: Gift) -> Attempt:
    """Move the end of an open attempt, wherever its clock stands, and write down the old and the new one.

    A clock that has run out gets nothing, though the attempt may not be closed yet: its time is over for everybody.
    The multiplier of a gift stands in the event of the attempt and not in the audit chain, which cannot forget it.
    Raises `AttemptError`: `closed`, `time_over`, `close_beats_it`.
    """
    attempt = locked(attempt_id)
    if not attempt.is_open:
        raise closed()
    if attempt.is_running and attempt.deadline <= gift.now:
        raise time_over()
    closes_at = attempt.window_closes_at
    if closes_at is not None and attempt.window_moves:
        closes_at += gift.length
    if attempt.remaining is not None:
        # The close is looked at when the clock goes on.
        moved: dict[str, Any] = {"remaining": attempt.remaining + gift.length}
        facts = _facts("remaining", attempt.remaining.total_seconds(), moved["remaining"].total_seconds(), gift.length)
    else:
        ends = _end(attempt, gift, closes_at)
        moved = {"deadline": ends}
        facts = _facts("deadline", attempt.deadline.isoformat(), ends.isoformat(), ends - attempt.deadline)
    Attempt.objects.filter(pk=attempt.pk).update(window_closes_at=closes_at, rev=F("rev") + 1, **moved, **gift.columns)
    attempt.refresh_from_db()
    detail = facts | {name: str(value) for name, value in gift.columns.items()}
    AttemptEvent.objects.create(
        attempt=attempt, kind=gift.kind, by=gift.by, text=gift.text, detail=detail, happened_at=gift.now
    )
    is_incident = gift.kind is AttemptEventKind.INCIDENT
    record(Verb.INCIDENT_RECORDED if is_incident else Verb.ATTEMPT_EXTENDED, by=gift.by, target=attempt, data=facts)
    return attempt


def _end(attempt: Attempt, gift: Gift, closes_at: datetime | None) -> datetime:
    """Return the new end of a running clock; the close of the exam beats the time limit."""
    ends = attempt.deadline + gift.length
    if closes_at is None or ends <= closes_at:
        return ends
    if closes_at <= attempt.deadline:
        sentence = "The exam closes when this attempt ends, and the close beats the time limit. More time would change "
        sentence += "nothing: the policy with which the attempt started does not let the close move."
        raise AttemptError("close_beats_it", sentence)
    if not gift.up_to_close:
        sentence = "The exam closes before that, and the close beats the time limit. Give fewer minutes."
        raise AttemptError("close_beats_it", sentence)
    return closes_at


def _facts(name: str, before: Any, after: Any, length: timedelta) -> dict[str, Any]:
    return {"minutes": minutes_of(length), f"{name}_before": before, f"{name}_after": after}


def minutes_of(length: timedelta) -> int | float:
    """Return a span in minutes: 10, or 7.5 where it is not whole."""
    whole, rest = divmod(length, timedelta(minutes=1))
    return whole if not rest else round(length.total_seconds() / 60, 2)


def move_close(attempts: "QuerySet[Attempt]", length: timedelta) -> None:
    """Move the close of attempts whose policy says that more time moves it."""
    attempts.filter(window_moves=True, window_closes_at__isnull=False).update(
        window_closes_at=F("window_closes_at") + length
    )
