"""Seminars: what a plan may be, and who may book, cancel, be counted as present and get a proof of attendance."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_SESSION = timedelta(hours=12)
LONGEST_SEMINAR = timedelta(days=31)
MOST_SESSIONS = 30
MOST_SEATS = 500
# From when a session's attendance can be marked, until when its code counts, and until when the list can be mended.
OPENS_BEFORE = timedelta(minutes=30)
CODE_AFTER = timedelta(minutes=15)
LIST_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Refusal:
    """Why something cannot be done: a code for programs, a sentence for people."""

    code: str
    sentence: str


@dataclass(frozen=True)
class Span:
    """One session of a plan: when, and in which room of the place."""

    starts_at: datetime
    ends_at: datetime
    room: str

    def overlaps(self, other: "Span") -> bool:
        """Whether both go on at one moment; one that ends as the other begins does not."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True)
class Deadlines:
    """Until when trainees book, and until when they can give a seat back by themselves."""

    book_until: datetime
    cancel_until: datetime


def place_key(text: str) -> str:
    """Return what two spellings of one place have in common: case and spaces make no difference."""
    return " ".join(text.split()).casefold()


def fault_of_plan(
    sessions: Sequence[Span], deadlines: Deadlines, *, seats: int, needed: int | None, now: datetime
) -> Refusal | None:
    """Return what is wrong with a plan of one seminar, or None. `needed` sessions make a proof; None means all."""
    if not sessions:
        return Refusal("no_sessions", "Give at least one session.")
    if len(sessions) > MOST_SESSIONS:
        return Refusal("too_many_sessions", f"A seminar has at most {MOST_SESSIONS} sessions.")
    if not 1 <= seats <= MOST_SEATS:
        return Refusal("bad_seats", f"A seminar has between 1 and {MOST_SEATS} seats.")
    if needed is not None and not 1 <= needed <= len(sessions):
        return Refusal("bad_needed", f"Between 1 and {len(sessions)} sessions can be asked for.")
    return _fault_of_times(sorted(sessions, key=lambda span: span.starts_at), deadlines, now)


def _fault_of_times(ordered: Sequence[Span], deadlines: Deadlines, now: datetime) -> Refusal | None:
    first, last = ordered[0], max(span.ends_at for span in ordered)
    if first.starts_at <= now:
        return Refusal("past", "The first session has begun by now. Choose a later start.")
    for span in ordered:
        if span.ends_at <= span.starts_at:
            return Refusal("ends_before_start", "A session ends before it begins. Check its times.")
        if span.ends_at - span.starts_at > LONGEST_SESSION:
            return Refusal("too_long", "A session lasts at most twelve hours. Make one session for each day.")
    if last - first.starts_at > LONGEST_SEMINAR:
        return Refusal("too_far_apart", "A seminar lasts at most 31 days from its first to its last session.")
    for earlier, later in itertools.pairwise(ordered):
        if earlier.overlaps(later):
            return Refusal("sessions_overlap", "Two sessions of this seminar overlap. People attend all of them.")
    if deadlines.book_until > first.starts_at:
        return Refusal("late_booking", "Booking ends before the first session begins. Choose an earlier end.")
    if deadlines.cancel_until > first.starts_at:
        return Refusal("late_cancelling", "Giving back ends before the first session begins. Choose an earlier end.")
    return None


def first_overlap(spans: Iterable[Span], others: Iterable[Span]) -> Span | None:
    """Return the first of `others` that goes on at the same time as one of `spans`."""
    planned = list(spans)
    return next((other for other in others if any(span.overlaps(other) for span in planned)), None)


def attendance_opens(starts_at: datetime) -> datetime:
    """Return from when attendance of a session can be marked."""
    return starts_at - OPENS_BEFORE


def why_code_is_closed(starts_at: datetime, ends_at: datetime, now: datetime) -> Refusal | None:
    """Say why the code of a session does not count now, or None while it does."""
    if now < attendance_opens(starts_at):
        return Refusal("too_early", "Attendance opens 30 minutes before the session begins.")
    if now >= ends_at + CODE_AFTER:
        return Refusal("over", "This session is over. Ask your instructor to put you on the list.")
    return None


def why_list_is_closed(starts_at: datetime, ends_at: datetime, now: datetime) -> Refusal | None:
    """Say why the list of a session cannot be changed now, or None while it can."""
    if now < attendance_opens(starts_at):
        return Refusal("too_early", "Attendance opens 30 minutes before the session begins.")
    if now >= ends_at + LIST_AFTER:
        return Refusal("too_late", "The list of a session can be changed for 30 days. It is closed now.")
    return None


@dataclass(frozen=True)
class Attendance:
    """How many sessions somebody attended, of how many, and how many a proof needs."""

    attended: int
    total: int
    needed: int

    @property
    def is_enough(self) -> bool:
        """Whether it is enough for a proof of attendance. Nobody attends a seminar without sessions."""
        return self.total > 0 and self.attended >= self.needed


def attendance_of(attended: int, total: int, needed: int | None) -> Attendance:
    """Sum up; without a number of its own a seminar asks for all sessions, and never for more than it has."""
    return Attendance(attended, total, total if needed is None else min(needed, total))
