"""What a plan of a seminar may be, and when attendance counts."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.rules.seminars import (
    Deadlines,
    Span,
    attendance_of,
    fault_of_plan,
    first_overlap,
    place_key,
    why_code_is_closed,
    why_list_is_closed,
)

NOW = datetime(2027, 3, 1, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST = Span(NOW + 10 * DAY, NOW + 10 * DAY + 4 * HOUR, "Room 1")
SECOND = Span(NOW + 11 * DAY, NOW + 11 * DAY + 4 * HOUR, "Room 1")
DEADLINES = Deadlines(NOW + 8 * DAY, NOW + 7 * DAY)


def fault(sessions=(FIRST, SECOND), deadlines=DEADLINES, seats=10, needed=None):
    found = fault_of_plan(sessions, deadlines, seats=seats, needed=needed, now=NOW)
    return found and found.code


def test_a_usual_plan_has_no_fault():
    assert fault() is None
    assert fault(needed=1) is None
    assert fault(sessions=[SECOND, FIRST]) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sessions": []}, "no_sessions"),
        ({"sessions": [FIRST] * 31}, "too_many_sessions"),
        ({"seats": 0}, "bad_seats"),
        ({"seats": 501}, "bad_seats"),
        ({"needed": 0}, "bad_needed"),
        ({"needed": 3}, "bad_needed"),
        ({"sessions": [Span(NOW, NOW + HOUR, "1"), SECOND]}, "past"),
        ({"sessions": [Span(FIRST.starts_at, FIRST.starts_at, "1")]}, "ends_before_start"),
        ({"sessions": [Span(FIRST.starts_at, FIRST.starts_at + 13 * HOUR, "1")]}, "too_long"),
        ({"sessions": [FIRST, Span(NOW + 42 * DAY, NOW + 42 * DAY + HOUR, "1")]}, "too_far_apart"),
        ({"sessions": [FIRST, Span(FIRST.ends_at - HOUR, FIRST.ends_at + HOUR, "2")]}, "sessions_overlap"),
        ({"deadlines": Deadlines(FIRST.starts_at + HOUR, NOW)}, "late_booking"),
        ({"deadlines": Deadlines(FIRST.starts_at, FIRST.starts_at + HOUR)}, "late_cancelling"),
    ],
)
def test_each_fault_is_found(changes, code):
    assert fault(**changes) == code


def test_sessions_that_touch_do_not_overlap():
    after = Span(FIRST.ends_at, FIRST.ends_at + HOUR, "Room 2")
    assert first_overlap([FIRST], [after]) is None
    assert fault(sessions=[FIRST, after]) is None


def test_a_place_is_one_however_it_is_typed():
    assert place_key(" Room  1 ") == place_key("room 1")
    assert place_key("Room 1") != place_key("Room 11")


@pytest.mark.parametrize(
    ("moment", "by_code", "by_list"),
    [
        (FIRST.starts_at - timedelta(minutes=31), "too_early", "too_early"),
        (FIRST.starts_at - timedelta(minutes=30), None, None),
        (FIRST.ends_at + timedelta(minutes=14), None, None),
        (FIRST.ends_at + timedelta(minutes=15), "over", None),
        (FIRST.ends_at + timedelta(days=30), "over", "too_late"),
    ],
)
def test_when_attendance_counts(moment, by_code, by_list):
    code = why_code_is_closed(FIRST.starts_at, FIRST.ends_at, moment)
    roll = why_list_is_closed(FIRST.starts_at, FIRST.ends_at, moment)
    assert (code and code.code, roll and roll.code) == (by_code, by_list)


@pytest.mark.parametrize(
    ("attended", "total", "needed", "enough"),
    [(3, 3, None, True), (2, 3, None, False), (2, 3, 2, True), (1, 3, 2, False), (2, 2, 3, True), (0, 0, None, False)],
)
def test_what_is_enough_for_a_proof(attended, total, needed, enough):
    assert attendance_of(attended, total, needed).is_enough is enough
