"""The waiting list of a seminar: who moves up when a seat is free.

First come, first served, and nobody is bound unasked.

Whoever moves up is offered the seat, which is held for them until they answer or their time is up; then it goes to the
next. An offer that lapsed goes to the end of no list: whoever still wants to come asks again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """How somebody stands with a seminar."""

    BOOKED = "booked"
    OFFERED = "offered"
    WAITING = "waiting"


@dataclass(frozen=True)
class Place:
    """One person's place, by its number: numbers rise in the order in which people came."""

    number: int
    standing: Standing
    offer_until: datetime | None = None

    @property
    def holds_a_seat(self) -> bool:
        """Whether nobody else can have the seat now."""
        return self.standing in (Standing.BOOKED, Standing.OFFERED)


@dataclass(frozen=True)
class Moves:
    """What has to happen now: offers that lapse, and people who are offered a seat, in their order."""

    lapse: tuple[int, ...]
    offer: tuple[int, ...]


def moves(places: Sequence[Place], *, seats: int, now: datetime) -> Moves:
    """Work out the moves of a list that is still open.

    With 2 seats, one booked, one offer run out, and numbers 7 and 9 waiting: the offer lapses, 7 is offered the seat.
    """
    lapse = tuple(place.number for place in places if _has_lapsed(place, now))
    held = sum(place.holds_a_seat for place in places) - len(lapse)
    waiting = sorted(place.number for place in places if place.standing is Standing.WAITING)
    return Moves(lapse, tuple(waiting[: max(0, seats - held)]))


def _has_lapsed(place: Place, now: datetime) -> bool:
    return place.standing is Standing.OFFERED and place.offer_until is not None and place.offer_until <= now


def is_free_for_newcomers(places: Sequence[Place], *, seats: int) -> bool:
    """Whether somebody who comes now gets a seat: only when one is free and nobody waits."""
    held = sum(place.holds_a_seat for place in places)
    return held < seats and all(place.holds_a_seat for place in places)


def offer_ends(now: datetime, hours: int, begins: datetime) -> datetime:
    """Return until when an offered seat is held: some hours, but never beyond the beginning of the seminar."""
    return min(now + timedelta(hours=hours), begins)
