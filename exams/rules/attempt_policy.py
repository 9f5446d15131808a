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


# A technical fault of ours does not use up an attempt, misconduct does (exams.md 1.3).
COUNTING = frozenset({Outcome.PASSED, Outcome.FAILED, Outcome.VOIDED_MISCONDUCT})
UNDECIDED = frozenset({Outcome.OPEN, Outcome.PENDING})


@dataclass(frozen=True)
class PastAttempt:
    """What the rules need to know of an earlier attempt."""

    started_at: datetime
    ended_at: datetime | None
    outcome: Outcome


@dataclass(frozen=True)
class RetakePolicy:
    """Source: curriculum section 5, "3 per 12 months, gaps 14 and 30 days, then 6 months"; exams.md 2.4.

    `waits` are the gaps after the first, second, ... attempt of a window; the last one holds for all later ones. Only
    attempts whose outcome is in `counts` use up attempts and make people wait. `wait_after_pass` of None: whoever
    passed does not come again.
    """

    maximum_attempts: int = 3
    window: timedelta = timedelta(days=365)
    waits: tuple[timedelta, ...] = (timedelta(days=14), timedelta(days=30))
    wait_after_last: timedelta = timedelta(days=183)
    counts: frozenset[Outcome] = COUNTING
    wait_after_pass: timedelta | None = None


@dataclass(frozen=True)
class Window:
    """When an exam can be started: from `opens_at`, inclusive, until before `closes_at`; None is no limit."""

    opens_at: datetime | None = None
    closes_at: datetime | None = None


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
NO_OTHER_FORM = Reason(
    "no_other_form", "You have seen every form of this exam. Ask the exam office, which can prepare another one."
)
USED_UP = Reason("attempts_used", "You have used all attempts for now. Agree with the registrar what to study next.")
TOO_EARLY = Reason("window_not_open", "The time in which this exam can be started has not begun.")
TOO_LATE = Reason(
    "window_closed", "The time in which this exam could be started is over. Ask the exam administrator for a new date."
)


def eligibility(
    *,
    past: Sequence[PastAttempt],
    now: datetime,
    policy: RetakePolicy,
    course_completed: bool,
    enrolment_open: bool = True,
    form_ready: bool = True,
    window: Window = Window(),
    unseen_form: bool = True,
) -> Eligibility:
    """List everything that stands in the way of a new attempt now; `past` may come in any order.

    `not_before` is the latest moment of all rules, the opening of the window included, on the next whole second.
    `unseen_form` is false when the exam demands another form at a retake and the person has seen all (exams.md 2.4).
    """
    attempts = sorted(past, key=lambda attempt: attempt.started_at)
    counted = [attempt for attempt in attempts if attempt.outcome in policy.counts | UNDECIDED]
    left = max(0, policy.maximum_attempts - sum(a.started_at > now - policy.window for a in counted))
    outcomes = {attempt.outcome for attempt in attempts}
    is_done = Outcome.PASSED in outcomes and policy.wait_after_pass is None
    retake = None if is_done or outcomes & UNDECIDED else earliest_start(attempts, policy)
    waits = retake is not None and now < retake
    too_early = window.opens_at is not None and now < window.opens_at
    reasons = (
        (not form_ready, NO_FORM),
        (not enrolment_open, ENROLMENT_CLOSED),
        (not course_completed, COURSE_OPEN),
        (Outcome.OPEN in outcomes, ATTEMPT_OPEN),
        (Outcome.PENDING in outcomes, RESULT_PENDING),
        (is_done, PASSED),
        (form_ready and not unseen_form, NO_OTHER_FORM),
        (waits and left == 0, USED_UP),
        (waits and left > 0, WAITING),
        (too_early, TOO_EARLY),
        (window.closes_at is not None and now >= window.closes_at, TOO_LATE),
    )
    opening = window.opens_at if too_early and not is_done else None
    moments = [moment for moment in (retake if waits else None, opening) if moment is not None]
    not_before = _whole_second(max(moments)) if moments else None
    return Eligibility(tuple(reason for applies, reason in reasons if applies), not_before, left)


def _whole_second(moment: datetime) -> datetime:
    """Round up: whoever comes at the second that a page names may start."""
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)


def earliest_start(past: Sequence[PastAttempt], policy: RetakePolicy) -> datetime | None:
    """Return the moment from which the waiting rules allow another attempt; None when nobody has to wait.

    `past` in order of starting. The latest of all rules holds (exams.md 2.4). Failed on 1 March (its first): from
    15 March. Failed again on 15 March: from 14 April. A third failure within twelve months: 183 days later, and not
    before the first of the three is 365 days old.
    """
    moments = []
    passed = [a.ended_at or a.started_at for a in past if a.outcome is Outcome.PASSED]
    if passed and policy.wait_after_pass is not None:
        moments.append(max(passed) + policy.wait_after_pass)
    attempts = [attempt for attempt in past if attempt.outcome in policy.counts]
    if attempts:
        last = attempts[-1]
        moments.append((last.ended_at or last.started_at) + _wait_after(attempts, policy))
    if len(attempts) >= policy.maximum_attempts:
        moments.append(attempts[-policy.maximum_attempts].started_at + policy.window)
    return max(moments, default=None)


def _wait_after(attempts: Sequence[PastAttempt], policy: RetakePolicy) -> timedelta:
    """Return the gap after the last of the counted attempts, by its number in the window that ends with it."""
    ordinal = sum(a.started_at > attempts[-1].started_at - policy.window for a in attempts)
    if ordinal >= policy.maximum_attempts:
        return policy.wait_after_last
    return policy.waits[min(ordinal, len(policy.waits)) - 1] if policy.waits else timedelta(0)


def allowance(*, minutes: int, multiplier: Decimal = Decimal(1), extra_minutes: Decimal = Decimal(0)) -> timedelta:
    """Return how long an attempt may last: 75 minutes at 1.5 with 10 extra are 122 min 30 s. Exact decimals."""
    microseconds = (Decimal(minutes) * multiplier + extra_minutes) * 60_000_000
    return timedelta(microseconds=int(microseconds))


def effective_close(
    closes_at: datetime | None,
    *,
    moves: bool,
    minutes: int,
    multiplier: Decimal = Decimal(1),
    extra_minutes: Decimal = Decimal(0),
    pauses: timedelta = timedelta(),
) -> datetime | None:
    """Return when the window closes for one person (exams.md 2.1).

    Where the policy lets accommodations move the window (`moves`), it closes later by what the person has beyond the
    base time, and by all pauses: closes 17:00, 60 minutes at 1.5 with a pause of 5 minutes: 17:35.
    """
    if closes_at is None or not moves:
        return closes_at
    more = allowance(minutes=minutes, multiplier=multiplier, extra_minutes=extra_minutes) - timedelta(minutes=minutes)
    return closes_at + more + pauses


def deadline(
    started_at: datetime,
    *,
    minutes: int,
    multiplier: Decimal = Decimal(1),
    extra_minutes: Decimal = Decimal(0),
    pauses: timedelta = timedelta(),
    window_closes_at: datetime | None = None,
) -> datetime:
    """Return when time is up: 75 minutes at 1.5 with 10 extra, from 10:00, end at 12:02:30 (exams.md 2.1).

    `pauses` is the sum of all finished pauses, `window_closes_at` the effective close: it beats the time limit. With
    aware UTC moments a change of local clocks changes nothing.
    """
    own = started_at + allowance(minutes=minutes, multiplier=multiplier, extra_minutes=extra_minutes) + pauses
    return own if window_closes_at is None else min(own, window_closes_at)


def accepts_answers(ends_at: datetime, received_at: datetime) -> bool:
    """Whether an answer received at that moment still counts: until the deadline and 20 s of grace, inclusive."""
    return received_at <= ends_at + GRACE


def is_overdue(ends_at: datetime, now: datetime) -> bool:
    """Whether the clock may close the attempt: 30 s after the deadline, when every answer of the grace is in."""
    return now > ends_at + CLOSING_MARGIN
