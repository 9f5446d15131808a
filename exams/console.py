"""What an invigilator sees of a session: one row per candidate, in a fixed number of queries."""

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.cache import caches
from django.db.models import Count, Q
from django.utils import timezone

from exams.actions.seats import ADMITTED_BEFORE
from exams.models import Attempt, AttemptState, Booking, BookingState, ExamSession, IntegritySignal, Response, VoidKind
from exams.models.exam_sessions import HOLDING
from exams.models.signals import COUNTED
from exams.rules.answer_chain import body_hash, body_text
from exams.rules.scoring import Value

# The room speaks up every 15 s; three missed signs are no coincidence.
SILENT_AFTER = timedelta(seconds=45)
DIGEST_LENGTH = 4
KEPT_FOR = 3600
EMPTY: tuple[Value, ...] = (None, [], "")
NO_ANSWER = tuple(body_hash(body_text(value)) for value in EMPTY)
OF_BOOKINGS: dict[str, tuple[str, str]] = {
    BookingState.BOOKED: ("Not here yet", "neutral"),
    BookingState.ADMITTED: ("Admitted", "accent"),
    BookingState.NO_SHOW: ("Did not come", "neutral"),
}
OF_ATTEMPTS: dict[str, tuple[str, str]] = {
    AttemptState.STARTED: ("In progress", "good"),
    AttemptState.PAUSED: ("Paused", "attention"),
    AttemptState.SUBMITTED: ("Done", "neutral"),
    AttemptState.EXPIRED: ("Done, time was over", "neutral"),
    AttemptState.VOIDED: ("Void", "bad"),
}
BLOCKED = ("Blocked", "bad")


@dataclass(frozen=True)
class Row:
    """One candidate. `act` is what the row's button does, empty when there is nothing to do.

    `ends` is when time is up, for a clock that runs; `left` says it in words, or the rest for a clock that stands.
    """

    id: int
    name: str
    attempt: str
    state: str
    tone: str
    progress: str
    contact: str
    contact_tone: str
    ends: str
    left: str
    signals: str
    act: str
    act_words: str
    may_be_absent: bool

    @property
    def digest(self) -> str:
        """A short sum over everything that is shown, by which a page knows whether its row is current."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True)
class Counts:
    """How many candidates stand where: every seat that is booked is in one of the others."""

    booked: int
    waiting: int
    absent: int
    admitted: int
    running: int
    paused: int
    done: int
    void: int


class Progress(NamedTuple):
    """Answered and all questions of an attempt, as they were at its `rev`."""

    rev: int
    answered: int
    total: int


NOTHING_YET = Progress(0, 0, 0)


def rows_of(session: ExamSession, *, now: datetime) -> list[Row]:
    """Read all rows of a session, by name, in three queries at most."""
    seats = list(
        session.bookings.filter(state__in=HOLDING)
        .select_related("enrolment__person", "attempt__presence", "attempt__result")
        .only(
            "session",
            "state",
            "enrolment__person__full_name",
            "attempt__state",
            "attempt__rev",
            "attempt__deadline",
            "attempt__remaining",
            "attempt__blocked_at",
            "attempt__void_kind",
            "attempt__result__void_kind",
            "attempt__presence__seen_at",
            "attempt__presence__place",
        )
        .order_by("enrolment__person__full_name", "pk")
    )
    answered = _answered(seats, session)
    signals = _signals(session)
    return [_row(seat, session, answered, signals, now) for seat in seats]


def counts_of(session: ExamSession, rows: list[Row]) -> Counts:
    """Count the rows by their state; costs nothing more. The clock of a blocked attempt runs."""
    words = [row.state for row in rows]
    return Counts(
        booked=len(rows),
        waiting=words.count("Not here yet"),
        absent=words.count("Did not come"),
        admitted=words.count("Admitted"),
        running=words.count("In progress") + words.count(BLOCKED[0]),
        paused=words.count("Paused"),
        done=sum(word.startswith("Done") for word in words),
        void=sum(word.startswith(OF_ATTEMPTS[AttemptState.VOIDED][0]) for word in words),
    )


def _answered(seats: list[Booking], session: ExamSession) -> Mapping[uuid.UUID, Progress]:
    """Return how many questions of each attempt are answered.

    Counting every answer of 300 candidates costs more than all the rest, so a count is kept as long as the attempt's
    `rev` says that no answer came. An answer is known by its digest: no value is read.
    """
    cache, key = caches["local"], f"exams.console.{session.pk}"
    kept: dict[uuid.UUID, Progress] = cache.get(key) or {}
    revs = {seat.attempt.pk: seat.attempt.rev for seat in seats if seat.attempt is not None}
    stale = [attempt for attempt, rev in revs.items() if attempt not in kept or kept[attempt].rev != rev]
    if stale:
        given = Q(seq__gt=0) & ~Q(body_hash__in=NO_ANSWER)
        rows = Response.objects.filter(attempt__in=stale).values("attempt").order_by("attempt")
        for row in rows.annotate(answered=Count("pk", filter=given), total=Count("pk")):
            kept[row["attempt"]] = Progress(revs[row["attempt"]], row["answered"], row["total"])
        cache.set(key, kept, KEPT_FOR)
    return kept


def _signals(session: ExamSession) -> dict[uuid.UUID, int]:
    rows = IntegritySignal.objects.filter(attempt__booking__session=session, kind__in=COUNTED)
    return dict(
        rows.values("attempt").order_by("attempt").annotate(number=Count("pk")).values_list("attempt", "number")
    )


def _row(
    seat: Booking,
    session: ExamSession,
    answered: Mapping[uuid.UUID, Progress],
    signals: Mapping[uuid.UUID, int],
    now: datetime,
) -> Row:
    attempt = seat.attempt
    act, act_words = _act(seat, session, now)
    if attempt is None:
        state, tone = OF_BOOKINGS[seat.state]
        absent = seat.state == BookingState.BOOKED and session.starts_at <= now < session.ends_at
        name = seat.enrolment.person.full_name
        return Row(seat.pk, name, "", state, tone, "", "", "", "", "", "", act, act_words, absent)
    is_blocked = attempt.is_running and attempt.blocked_at is not None
    state, tone = BLOCKED if is_blocked else OF_ATTEMPTS[AttemptState.VOIDED if attempt.void else attempt.state]
    contact, contact_tone = _contact(attempt, now)
    return Row(
        id=seat.pk,
        name=seat.enrolment.person.full_name,
        attempt=str(attempt.pk),
        state=f"{state}: {VoidKind(attempt.void).label.lower()}" if attempt.void else state,
        tone=tone,
        progress=_progress(attempt, answered.get(attempt.pk, NOTHING_YET)),
        contact=contact,
        contact_tone=contact_tone,
        ends=attempt.deadline.isoformat() if attempt.is_running else "",
        left=_left(attempt),
        signals=_signal_words(signals.get(attempt.pk, 0)),
        act=act,
        act_words=act_words,
        may_be_absent=False,
    )


def _signal_words(number: int) -> str:
    return f"{number or 'No'} signal{'' if number == 1 else 's'}"


def _left(attempt: Attempt) -> str:
    if attempt.remaining is not None:
        return minutes_text(attempt.remaining)
    return f"Until {timezone.localtime(attempt.deadline):%H:%M}" if attempt.is_running else ""


def _act(seat: Booking, session: ExamSession, now: datetime) -> tuple[str, str]:
    """Return what the row's one button does: the next thing that happens to a candidate who is where they are."""
    attempt = seat.attempt
    if attempt is not None and attempt.is_running:
        return "pause", "Pause"
    if attempt is not None and attempt.is_paused:
        return "resume", "Let go on"
    if now >= session.ends_at or now < session.starts_at - ADMITTED_BEFORE or not session.is_standing:
        return "", ""
    if attempt is None and seat.state != BookingState.ADMITTED:
        return "admit", "Identity checked, admit"
    if attempt is not None and attempt.void == VoidKind.TECHNICAL:
        return "admit", "Admit again"
    return "", ""


def _progress(attempt: Attempt, progress: Progress) -> str:
    presence = getattr(attempt, "presence", None)
    words = f"{progress.answered} of {progress.total} answered"
    if presence is not None and presence.place and attempt.is_open:
        return f"Question {presence.place}, {words}"
    return words


def _contact(attempt: Attempt, now: datetime) -> tuple[str, str]:
    """Say whether the room is heard of. The words change when the contact does, not with every sign of life."""
    if not attempt.is_open:
        return "", ""
    presence = getattr(attempt, "presence", None)
    if presence is None:
        return "Not heard yet", "neutral"
    if now - presence.seen_at <= SILENT_AFTER:
        return "Connected", "good"
    return f"Silent since {timezone.localtime(presence.seen_at):%H:%M}", "attention"


def minutes_text(length: timedelta) -> str:
    """Write a length of time in whole minutes, cut off: "34 min", "1 h 02 min"."""
    minutes = max(0, int(length.total_seconds() // 60))
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def changed_rows(rows: list[Row], known: str) -> list[dict[str, Any]]:
    """Return the rows whose digest is not at its place in `known`, the digests of a page in the order of its rows.

    A page with another number of rows, or one that knows nothing, gets all of them.
    """
    parts = [known[i : i + DIGEST_LENGTH] for i in range(0, len(known), DIGEST_LENGTH)]
    digests = [row.digest for row in rows]
    fits = len(parts) == len(rows)
    return [
        asdict(row) | {"digest": digest}
        for place, (row, digest) in enumerate(zip(rows, digests, strict=True))
        if not fits or parts[place] != digest
    ]


def version_of(rows: list[Row]) -> str:
    """Return the ETag of a whole table."""
    return f'"{hashlib.sha256("".join(f"{row.id}:{row.digest}" for row in rows).encode()).hexdigest()[:20]}"'
