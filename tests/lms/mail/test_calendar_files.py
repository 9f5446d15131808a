"""Calendar files, read by hand: lines unfolded, escapes undone."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from lms.mail.rules.calendar_files import CalendarEntry, Method, Party, calendar_file
from tests.calendars import read_calendar

STAMP = datetime(2026, 11, 26, 4, 30, tzinfo=UTC)
BERLIN_IN_SUMMER = timezone(timedelta(hours=2))
ENTRY = CalendarEntry(
    uid="seat-7@example.org",
    sequence=3,
    title="Written exam: TMS; part 1",
    place="Main building, room 4",
    text="Bring an identity document.\nSée you – " + "and a long line that has to be folded " * 4,
    starts=datetime(2026, 7, 1, 9, 0, tzinfo=BERLIN_IN_SUMMER),
    ends=datetime(2026, 7, 1, 12, 30, tzinfo=BERLIN_IN_SUMMER),
)


def write(method=Method.REQUEST, **changes):
    entry = CalendarEntry(**ENTRY.__dict__ | changes)
    organiser, attendee = Party("Threshold", "no-reply@example.org"), Party('Ada "The" Trainee', "ada@example.org")
    return calendar_file(entry, method, stamped_at=STAMP, organiser=organiser, attendee=attendee)


def test_an_invitation_says_everything_once():
    found = read_calendar(write())
    assert found == {
        "BEGIN": "VCALENDAR",
        "PRODID": "-//Threshold//Appointments//EN",
        "VERSION": "2.0",
        "METHOD": "REQUEST",
        "UID": "seat-7@example.org",
        "SEQUENCE": "3",
        "DTSTAMP": "20261126T043000Z",
        "DTSTART": "20260701T070000Z",
        "DTEND": "20260701T103000Z",
        "SUMMARY": ENTRY.title,
        "LOCATION": ENTRY.place,
        "DESCRIPTION": ENTRY.text,
        "STATUS": "CONFIRMED",
        "ORGANIZER": "mailto:no-reply@example.org",
        "ATTENDEE": "mailto:ada@example.org",
    }


@pytest.mark.parametrize(
    ("method", "status", "invites"),
    [(Method.REQUEST, "CONFIRMED", True), (Method.CANCEL, "CANCELLED", True), (Method.PUBLISH, "CONFIRMED", False)],
)
def test_each_method(method, status, invites):
    found = read_calendar(write(method))
    assert (found["METHOD"], found["STATUS"], "ATTENDEE" in found) == (method.value, status, invites)


def test_what_has_no_time_takes_its_whole_day():
    text = write(starts=date(2026, 12, 31), ends=None)
    assert "DTSTART;VALUE=DATE:20261231\r\n" in text
    assert "DTEND;VALUE=DATE:20270101\r\n" in text


def test_lines_are_short_and_names_stay_in_their_quotes():
    lines = write().encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"CN=\"Ada 'The' Trainee\"" in b"".join(line.removeprefix(b" ") for line in lines)
