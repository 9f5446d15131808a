"""What the exam room reports of itself: a sign of life now and then, and what the browser noticed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from exams.errors import AttemptError
from exams.models import Attempt, IntegritySignal, Presence, SignalKind
from lms.accounts.models import User
from lms.accounts.permissions import Permission, demand

KEPT = timedelta(days=90)
MOST_A_MINUTE = 30
MARK_LENGTH = 16


@dataclass(frozen=True)
class Noticed:
    """One signal of a browser. `key` is made by the browser; the same one twice is one signal."""

    key: uuid.UUID
    kind: SignalKind
    client_time: str = ""


@dataclass(frozen=True)
class Pulse:
    """What came with one sign of life: the question shown (0: none), the signals, and who was asking."""

    place: int
    noticed: Sequence[Noticed]
    address: str
    browser: str
    received_at: datetime


@dataclass(frozen=True)
class Standing:
    """What the room has to know: the attempt's state, or `superseded`, and when time is up (unless it is paused)."""

    state: str
    deadline: datetime


@transaction.atomic
def hear(*, attempt_id: uuid.UUID, token: str, pulse: Pulse, by: User) -> Standing:
    """Take a sign of life of the room that holds an attempt, and tell it where the attempt stands.

    Nothing of it changes the attempt, and none of it has consequences by itself. Raises `AttemptError`
    `unknown_attempt`.
    """
    demand(by, Permission.ATTEMPT_TAKE)
    fields = ("state", "token", "deadline")
    attempt = Attempt.objects.filter(pk=attempt_id, enrolment__person=by).only(*fields).first()
    if attempt is None:
        raise AttemptError("unknown_attempt", "There is no such attempt.")
    holds = attempt.token == token
    if attempt.is_open and holds:
        _write_down(attempt, pulse)
    if attempt.is_running and not holds:
        return Standing("superseded", attempt.deadline)
    return Standing(attempt.state, attempt.deadline)


def _write_down(attempt: Attempt, pulse: Pulse) -> None:
    marks = (_mark(attempt, "address", pulse.address), _mark(attempt, "browser", pulse.browser))
    signals = [
        IntegritySignal(attempt=attempt, key=n.key, kind=n.kind, client_time=n.client_time) for n in pulse.noticed
    ]
    before = Presence.objects.filter(attempt=attempt).values_list("address_mark", "browser_mark").first()
    if before is not None:
        kinds = (SignalKind.ADDRESS_CHANGED, SignalKind.BROWSER_CHANGED)
        changed = [kind for kind, old, new in zip(kinds, before, marks, strict=True) if old != new]
        signals += [IntegritySignal(attempt=attempt, kind=kind) for kind in changed]
    values = {"seen_at": pulse.received_at, "address_mark": marks[0], "browser_mark": marks[1], "place": pulse.place}
    if before is None:
        Presence.objects.get_or_create(attempt=attempt, defaults=values)
    else:
        Presence.objects.filter(attempt=attempt).update(**values)
    if signals:
        _keep(attempt, signals, pulse.received_at)


def _keep(attempt: Attempt, signals: list[IntegritySignal], now: datetime) -> None:
    """Store signals up to the limit of a minute; what is beyond it says nothing new."""
    lately = IntegritySignal.objects.filter(attempt=attempt, happened_at__gt=now - timedelta(minutes=1)).count()
    for signal in signals:
        signal.happened_at = now
    IntegritySignal.objects.bulk_create(signals[: max(0, MOST_A_MINUTE - lately)], ignore_conflicts=True)


def _mark(attempt: Attempt, salt: str, value: str) -> str:
    """Return what is kept of an address or a browser: enough to see that it changed within one attempt."""
    return salted_hmac(f"exams.presence.{salt}", f"{attempt.pk}:{value}").hexdigest()[:MARK_LENGTH]


def forget_old(*, now: datetime | None = None) -> int:
    """Remove signals and signs of life that are 90 days old; return how many signals."""
    before = (now or timezone.now()) - KEPT
    Presence.objects.filter(seen_at__lt=before).delete()
    removed, _ = IntegritySignal.objects.filter(happened_at__lt=before).delete()
    return removed
