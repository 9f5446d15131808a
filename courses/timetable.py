"""The timetable of a seminar as one person reads it: on the clock of the place, and on their own where it differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.utils import timezone

from courses.models import Seminar, SeminarSession
from lms.look.templatetags.moments import day_text, offset_text


@dataclass(frozen=True)
class Line:
    """One session in words; `own` is empty when the reader's clock shows the same as the one at the place."""

    session: SeminarSession
    there: str
    own: str


def lines_of(seminar: Seminar, sessions: Iterable[SeminarSession]) -> list[Line]:
    """Put sessions into words, for the clock of the place and the active one."""
    here = timezone.get_current_timezone()
    return [_line(session, seminar.zone, here) for session in sessions]


def _line(session: SeminarSession, place: tzinfo, here: tzinfo) -> Line:
    same = session.starts_at.astimezone(here).utcoffset() == session.starts_at.astimezone(place).utcoffset()
    there = span_text(session.starts_at, session.ends_at, place)
    return Line(session, there, "" if same else span_text(session.starts_at, session.ends_at, here))


def span_text(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> str:
    """Return "26 November 2026, 09:00 to 12:30 (UTC+1)"; the day of the end is named when it is another one."""
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{day_text(last)}, {last:%H:%M}"
    return f"{day_text(first)}, {first:%H:%M} to {until} ({offset_text(first)})"
