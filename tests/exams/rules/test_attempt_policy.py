"""Who may start, how long it lasts, when it is over."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.attempt_policy import (
    CLOSING_MARGIN,
    GRACE,
    Outcome,
    PastAttempt,
    RetakePolicy,
    accepts_answers,
    deadline,
    eligibility,
    is_overdue,
)

MARCH_1 = datetime(2026, 3, 1, 10, tzinfo=UTC)
DAY = timedelta(days=1)


def failed(day, outcome=Outcome.FAILED):
    """An attempt that ended at 10:00, so many days after 1 March."""
    ended = MARCH_1 + day * DAY
    return PastAttempt(ended - timedelta(hours=1), ended, outcome)


def ask(*past, day=0.0, **facts):
    arguments = {"course_completed": True, "policy": RetakePolicy()} | facts
    return eligibility(past=past, now=MARCH_1 + day * DAY, **arguments)


def codes(answer):
    return [reason.code for reason in answer.reasons]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"course_completed": False}, "course_not_completed"),
        ({"enrolment_open": False}, "enrolment_closed"),
        ({"form_ready": False}, "exam_not_open"),
    ],
)
def test_what_must_be_there(facts, code):
    assert codes(ask(**facts)) == [code]


def test_every_reason_is_given_at_once():
    assert codes(ask(course_completed=False, enrolment_open=False)) == ["enrolment_closed", "course_not_completed"]


def test_a_first_attempt_may_start():
    answer = ask()
    assert answer.may_start
    assert answer.attempts_left == 3


@pytest.mark.parametrize(
    ("past", "code"),
    [(failed(0, Outcome.OPEN), "attempt_open"), (failed(0, Outcome.PASSED), "already_passed")],
)
def test_open_and_passed_attempts_end_the_matter(past, code):
    answer = ask(past, day=400)
    assert codes(answer) == [code]
    assert answer.not_before is None


@pytest.mark.parametrize(
    ("past", "day", "reasons", "until"),
    [
        ([0], 13.9, ["waiting"], 14),
        ([0], 14, [], None),
        ([0, 14], 43.9, ["waiting"], 44),
        ([0, 14], 44, [], None),
        ([0, 14, 44], 45, ["attempts_used"], 365 - 1 / 24),
        ([0, 14, 44], 364, ["attempts_used"], 365 - 1 / 24),
        ([0, 14, 44], 365, [], None),
        ([0, 150, 300], 400, ["waiting"], 483),
        ([0, 150, 300], 483, [], None),
    ],
)
def test_waiting_between_attempts(past, day, reasons, until):
    """Gaps of 14 and 30 days from hand-in; after three in twelve months the later of 183 days and a year."""
    answer = ask(*[failed(d) for d in past], day=day)
    assert codes(answer) == reasons
    expected = None if until is None else MARCH_1 + until * DAY
    assert answer.not_before is None if expected is None else abs(answer.not_before - expected) < timedelta(seconds=1)


@given(st.lists(st.integers(0, 800), max_size=6, unique=True), st.integers(0, 1600))
def test_whoever_waits_long_enough_may_start(days, now):
    answer = ask(*[failed(d) for d in days], day=now)
    later = ask(*[failed(d) for d in days], day=2000)
    assert later.may_start
    assert answer.may_start == (answer.not_before is None)


@given(st.permutations([failed(0), failed(20), failed(60)]))
def test_the_order_of_the_records_does_not_matter(past):
    assert ask(*past, day=100) == ask(failed(0), failed(20), failed(60), day=100)


@pytest.mark.parametrize(
    ("multiplier", "extra", "expected"),
    [("1", "0", "11:15:00"), ("1.5", "10", "12:02:30"), ("1.25", "0", "11:33:45"), ("1", "0.5", "11:15:30")],
)
def test_deadline(multiplier, extra, expected):
    ends = deadline(MARCH_1, minutes=75, multiplier=Decimal(multiplier), extra_minutes=Decimal(extra))
    assert f"{ends:%H:%M:%S}" == expected


def test_grace_ends_before_the_clock_closes():
    assert GRACE < CLOSING_MARGIN


@pytest.mark.parametrize(
    ("seconds", "accepted", "overdue"),
    [(0, True, False), (20, True, False), (20.001, False, False), (30, False, False), (30.001, False, True)],
)
def test_the_end(seconds, accepted, overdue):
    moment = MARCH_1 + timedelta(seconds=seconds)
    assert accepts_answers(MARCH_1, moment) is accepted
    assert is_overdue(MARCH_1, moment) is overdue
