"""Slots that assessors offer: series over weeks, what fits into one, until when a booking can be given back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CANCEL_BEFORE = timedelta(hours=24)
ANSWER_WITHIN = timedelta(days=3)  # before the assessor is reminded
SHORTEST, LONGEST = 5, 720  # minutes
MOST_WEEKS = 26
MOST_ASKED = 3  # requests of one trainee that may wait at the same time


@dataclass(frozen=True)
class Span:
    """From one moment until another, the end not included."""

    starts: datetime
    ends: datetime

    def overlaps(self, other: "Span") -> bool:
        """Whether both go on at one moment."""
        return self.starts < other.ends and other.starts < self.ends


def series(*, first: date, starts: time, minutes: int, weeks: int, zone: ZoneInfo) -> list[Span]:
    """Return one span a week at the same time of the day on the clock of a zone, also when clocks change between."""
    begins = [datetime.combine(first + timedelta(weeks=number), starts, tzinfo=zone) for number in range(weeks)]
    # The length is real time: adding to a moment of a zone would add to its clock.
    stamps = [moment.timestamp() for moment in begins]
    return [
        Span(datetime.fromtimestamp(stamp, zone), datetime.fromtimestamp(stamp + minutes * 60, zone))
        for stamp in stamps
    ]


def first_overlap(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, Span] | None:
    """Return a span and what it overlaps, or None."""
    others = list(others)
    return next(((one, other) for one in spans for other in others if one.overlaps(other)), None)


def that_fit(minutes: Mapping[str, float], room: float, most: int | None) -> tuple[str, ...]:
    """Return the first stations, in their order, that fit into so many minutes one after the other.

    A station that is too long is passed over, for a shorter one after it may still fit.
    """
    chosen: list[str] = []
    for code, length in minutes.items():
        if length <= room and (most is None or len(chosen) < most):
            chosen.append(code)
            room -= length
    return tuple(chosen)


def can_be_given_back(starts_at: datetime | None, now: datetime) -> bool:
    """Whether a trainee may still cancel: until a day before the start."""
    return starts_at is not None and now <= starts_at - CANCEL_BEFORE
