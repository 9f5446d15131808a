"""The clock of a browser session, kept in the session itself (docs/decisions/0006).

The session is written at most once a minute, so that a page or a saved answer does not pay for it each time.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import SessionBase
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from lms.accounts.models import User
from lms.accounts.roles import STAFF_ROLES
from lms.accounts.rules import SessionClock

SIGNED_IN, SEEN, IDLE, HELD = "signed_in_at", "seen_at", "idle_seconds", "held_until"
SEEN_EVERY = timedelta(minutes=1)
View = TypeVar("View", bound=Callable[..., Any])


def idle_time(person: User) -> timedelta:
    """Return how long nothing may happen: shorter for whoever holds a role of the staff."""
    minutes = settings.SESSION_IDLE_MINUTES_STAFF if person.roles & STAFF_ROLES else settings.SESSION_IDLE_MINUTES
    return timedelta(minutes=minutes)


@receiver(user_logged_in)
def start_clock(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Begin with signing in. Also sent by Django when a test signs somebody in."""
    now = timezone.now()
    request.session[SIGNED_IN] = now.timestamp()
    mark_seen(request.session, user, now)


def mark_seen(session: SessionBase, person: User, now: datetime) -> None:
    """Note a sign of life; the idle time is that of the roles held now."""
    session.setdefault(SIGNED_IN, now.timestamp())  # sessions from before there was a clock
    session[SEEN] = now.timestamp()
    session[IDLE] = int(idle_time(person).total_seconds())


def clock_of(session: SessionBase) -> SessionClock | None:
    """Return the clock of a session, or None for one that has none yet."""
    if SEEN not in session:
        return None
    held = session.get(HELD)
    return SessionClock(
        signed_in_at=_moment(session[SIGNED_IN]),
        seen_at=_moment(session[SEEN]),
        idle=timedelta(seconds=session[IDLE]),
        longest=timedelta(hours=settings.SESSION_LONGEST_HOURS),
        held_until=_moment(held) if held else None,
    )


def is_due(session: SessionBase, now: datetime) -> bool:
    """Whether a sign of life is worth writing down: none yet, or the last one is a minute old."""
    clock = clock_of(session)
    return clock is None or now - clock.seen_at >= SEEN_EVERY


def hold(session: SessionBase, until: datetime, *, at_least: timedelta = timedelta()) -> None:
    """Keep the session alive until a moment, whatever its idle time: an exam runs, a checklist is open.

    A hold that would be longer by less than `at_least` is not worth writing.
    """
    if until.timestamp() > session.get(HELD, 0) + at_least.total_seconds():
        session[HELD] = until.timestamp()


def release(session: SessionBase) -> None:
    """End a hold; from now on the idle time counts again."""
    session.pop(HELD, None)


def seconds_left(session: SessionBase, now: datetime) -> int:
    """Return how many seconds the session lasts if nothing more happens."""
    clock = clock_of(session)
    return max(0, int((clock.ends_at - now).total_seconds())) if clock else 0


def no_sign_of_life(view: View) -> View:
    """Declare that asking this address does not keep the session alive."""
    view.no_sign_of_life = True  # type: ignore[attr-defined]
    return view


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)
