"""Calendar files (RFC 5545) of appointments, as invitations and cancellations (RFC 5546).

Moments are written in UTC, so that no calendar has to know the rules of a zone: each shows them on its own clock. What
has no time of the day is an entry for the whole day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//Threshold//Appointments//EN"


class Method(StrEnum):
    """What a calendar does with the file: take the entry in or renew it, strike it out, or offer it."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"
    PUBLISH = "PUBLISH"


@dataclass(frozen=True)
class Party:
    """Who invites or is invited: name and mail address."""

    name: str
    address: str


@dataclass(frozen=True)
class CalendarEntry:
    """One appointment of one person.

    `uid` stays the same for its whole life. `sequence` rises with each change, and a calendar keeps the highest.
    `starts` and `ends` are aware moments, or `starts` is a day and `ends` is None.
    """

    uid: str
    sequence: int
    title: str
    place: str
    text: str
    starts: datetime | date
    ends: datetime | None


def calendar_file(
    entry: CalendarEntry, method: Method, *, stamped_at: datetime, organiser: Party, attendee: Party
) -> str:
    """Write the file; `stamped_at` is the aware moment at which it is made. Published files name no attendee."""
    event = _event(entry, stamped_at, organiser)
    event.add("status", "CANCELLED" if method is Method.CANCEL else "CONFIRMED")
    if method is not Method.PUBLISH:
        invited = _address(attendee)
        invited.params["RSVP"] = "FALSE"
        event.add("attendee", invited)
    return _calendar(method, [event])


def published_calendar(entries: Sequence[CalendarEntry], *, stamped_at: datetime, organiser: Party) -> str:
    """Write one file of several appointments to be taken in by hand; invitations have one entry each (RFC 5546)."""
    events = []
    for entry in entries:
        event = _event(entry, stamped_at, organiser)
        event.add("status", "CONFIRMED")
        events.append(event)
    return _calendar(Method.PUBLISH, events)


def _event(entry: CalendarEntry, stamped_at: datetime, organiser: Party) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamped_at.astimezone(UTC))
    if isinstance(entry.starts, datetime):
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", (entry.ends or entry.starts).astimezone(UTC))
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
    event.add("summary", entry.title)
    event.add("location", entry.place)
    event.add("description", entry.text)
    event.add("organizer", _address(organiser))
    return event


def _calendar(method: Method, events: Iterable[Event]) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    for event in events:
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content.decode()


def _address(party: Party) -> vCalAddress:
    address = vCalAddress(f"mailto:{party.address}")
    # A parameter cannot hold a double quote, whatever surrounds it.
    address.params["CN"] = party.name.replace('"', "'")
    return address
