"""May somebody start an attempt, how long does it last, when is it over?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

# Network delay of the last answers: not shown, not exam time (exams.md 2.1).
GRACE = timedelta(seconds=20)
# The clock closes attempts later than the grace ends, so that it does not race an honest last save.
CLOSING_MARGIN = timedelta(seconds=30)


class Outcome(StrEnum):
    """How an earlier attempt ended."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    VOIDED_TECHNICAL = "voided_technical"
    VOIDED_MISCONDUCT = "voided_misconduct"


@dataclass(frozen=True)
class PastAttempt:
    """What the rules need to know of an earlier attempt."""

    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome


@dataclass(frozen=True)
class RetakePolicy:
    """Source: curriculum section 5, "3 per 12 months, gaps 14 and 30 days, then 6 months"."""

    maximum_attempts: int = 3
    window: timedelta = timedelta(days=365)
    waits: tuple[timedelta, ...] = (timedelta(days=14), timedelta(days=30))
    wait_after_last: timedelta = timedelta(days=183)


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way: a code for tests and machines, a sentence for people."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Eligibility:
    """Why not (empty: may start), from when on the waiting rules allow it, and how many attempts are left now."""

    reasons: tuple[Reason, ...]
    not_before: datetime | None
    attempts_left: int

    @property
    def may_start(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.reasons


NO_FORM = Reason("exam_not_open", "The exam is not open yet.")
COURSE_OPEN = Reason("course_not_completed", "Complete the course first. The exam opens with your last lesson.")
ENROLMENT_CLOSED = Reason("enrolment_closed", "Your enrolment has ended. Ask the registrar.")
RESULT_PENDING = Reason("result_pending", "The result of your last attempt is not out yet. We write to you when it is.")
ATTEMPT_OPEN = Reason("attempt_open", "You have an attempt in progress. Continue it.")
PASSED = Reason("already_passed", "You have passed this exam.")
WAITING = Reason("waiting", "The time between two attempts has not passed.")
USED_UP = Reason("attempts_used", "You have used all attempts for now. Agree with the registrar what to study next.")


def eligibility(
    *,
    past: Sequence[PastAttempt],
    now: datetime,
    policy: RetakePolicy,
    course_completed: bool,
    enrolment_open: bool = True,
    form_ready: bool = True,
) -> Eligibility:
    """List everything that stands in the way of a new attempt now; `past` may come in any order."""
    # A technical fault of ours does not use up an attempt, misconduct does (exams.md 1.3).
    counted = [attempt for attempt in past if attempt.outcome is not Outcome.VOIDED_TECHNICAL]
    attempts = sorted(counted, key=lambda attempt: attempt.started_at)
    left = max(0, policy.maximum_attempts - sum(a.started_at > now - policy.window for a in attempts))
    outcomes = {attempt.outcome for attempt in attempts}
    settled = outcomes & {Outcome.PASSED, Outcome.OPEN, Outcome.PENDING}
    not_before = None if settled else earliest_start(attempts, policy)
    waits = not_before is not None and now < not_before
    reasons = (
        (not form_ready, NO_FORM),
        (not enrolment_open, ENROLMENT_CLOSED),
        (not course_completed, COURSE_OPEN),
        (Outcome.OPEN in outcomes, ATTEMPT_OPEN),
        (Outcome.PENDING in outcomes, RESULT_PENDING),
        (Outcome.PASSED in outcomes, PASSED),
        (waits and left == 0, USED_UP),
        (waits and left > 0, WAITING),
    )
    return Eligibility(tuple(reason for applies, reason in reasons if applies), not_before if waits else None, left)


def earliest_start(attempts: Sequence[PastAttempt], policy: RetakePolicy) -> datetime | None:
    """Return the moment from which the waiting rules allow another attempt; None before the first one.

    The latest of all rules holds (exams.md 2.4). Failed on 1 March (its first): from 15 March. Failed again on
    15 March: from 14 April. A third failure within twelve months: 183 days later, and not before the first of the
    three is 365 days old.
    """
    if not attempts:
        return None
    last = attempts[-1]
    ordinal = sum(a.started_at > last.started_at - policy.window for a in attempts)
    wait = policy.wait_after_last
    if ordinal < policy.maximum_attempts:
        wait = policy.waits[min(ordinal, len(policy.waits)) - 1]
    moments = [(last.ended_at or last.started_at) + wait]
    if len(attempts) >= policy.maximum_attempts:
        moments.append(attempts[-policy.maximum_attempts].started_at + policy.window)
    return max(moments)


def deadline(
    started_at: datetime, *, minutes: int, multiplier: Decimal = Decimal(1), extra_minutes: Decimal = Decimal(0)
) -> datetime:
    """Return when time is up: 75 minutes at 1.5 with 10 extra, from 10:00, end at 12:02:30.

    Whole seconds of exact decimal minutes; with aware UTC moments a change of local clocks changes nothing.
    """
    seconds = (Decimal(minutes) * multiplier + extra_minutes) * 60
    return started_at + timedelta(seconds=int(seconds))


def accepts_answers(ends_at: datetime, received_at: datetime) -> bool:
    """Whether an answer received at that moment still counts: until the deadline and 20 s of grace, inclusive."""
    return received_at <= ends_at + GRACE


def is_overdue(ends_at: datetime, now: datetime) -> bool:
    """Whether the clock may close the attempt: 30 s after the deadline, when every answer of the grace is in."""
    return now > ends_at + CLOSING_MARGIN
