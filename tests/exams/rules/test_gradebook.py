"""Cells of a gradebook, one by one."""

from datetime import date

import pytest

from exams.rules.gradebook import (
    AttemptFacts,
    Sign,
    course_cell,
    exam_cell,
    parts_cell,
    practical_cell,
    station_cell,
)
from exams.rules.practical import PracticalOutcome
from exams.rules.result_policy import ResultState

TODAY = date(2026, 12, 1)


def tried(number: int, state: str | None, passed: bool | None = None, points: str = "") -> AttemptFacts:
    return AttemptFacts(f"a{number}", number, ResultState(state) if state else None, passed, points)


@pytest.mark.parametrize(
    ("attempts", "sign", "spoken", "record"),
    [
        ([], Sign.NOTHING, "Nothing yet", ""),
        ([tried(1, None)], Sign.STARTED, "In progress, attempt 1", "a1"),
        ([tried(1, "awaiting_marking")], Sign.WAITS, "Needs grading, attempt 1", "a1"),
        ([tried(1, "scored")], Sign.WAITS, "Not released, attempt 1", "a1"),
        ([tried(1, "held")], Sign.WAITS, "Not released, attempt 1", "a1"),
        ([tried(1, "voided", True, "90/100")], Sign.VOID, "Void, attempt 1", "a1"),
        ([tried(1, "released", False, "60/100")], Sign.INCOMPLETE, "60/100 not passed, attempt 1", "a1"),
        ([tried(2, "released", True, "80/100"), tried(1, "released", False, "60/100")], Sign.COMPLETE, "80/100", "a2"),
        # A pass stays, whatever is tried after it; a void one or one that is not out is none.
        ([tried(1, "appealed", True, "80/100"), tried(2, "released", False, "9/100")], Sign.COMPLETE, "80/100", "a1"),
        ([tried(1, "released", False, "60/100"), tried(2, None)], Sign.STARTED, "In progress, attempt 2", "a2"),
        ([tried(1, "released", False, "60/100"), tried(2, "voided", True)], Sign.VOID, "Void, attempt 2", "a2"),
    ],
)
def test_an_exam(attempts, sign, spoken, record):
    cell = exam_cell(attempts)
    assert (cell.sign, cell.record) == (sign, record)
    assert cell.spoken.startswith(spoken)


def test_points_that_are_not_out_are_never_shown():
    for state in set(ResultState) - {ResultState.RELEASED, ResultState.APPEALED, ResultState.REGRADED}:
        cell = exam_cell([AttemptFacts("a", 1, state, True, "99/100")])
        assert "99" not in cell.spoken
        assert not cell.is_complete


@pytest.mark.parametrize(
    ("met", "planned", "sign", "spoken"),
    [
        (None, None, Sign.NOTHING, "Nothing yet"),
        (None, date(2026, 12, 2), Sign.STARTED, "Sitting planned"),
        (None, date(2026, 12, 1), Sign.WAITS, "Needs grading: the sitting is due"),
        (False, date(2026, 11, 30), Sign.WAITS, "Needs grading: the sitting is due"),
        (False, None, Sign.INCOMPLETE, "Not met"),
        (False, date(2026, 12, 2), Sign.INCOMPLETE, "Not met, next sitting planned"),
        (True, date(2026, 11, 30), Sign.COMPLETE, "Complete"),
    ],
)
def test_a_station(met, planned, sign, spoken):
    cell = station_cell(met, planned, TODAY)
    assert (cell.sign, cell.spoken) == (sign, spoken)


def test_courses_practicals_and_totals():
    assert course_cell(0, 68, complete=False).spoken == "Nothing yet"
    assert course_cell(68, 68, complete=False).spoken == "68/68 lessons"  # done, but never handed in as complete
    assert course_cell(60, 68, complete=True).spoken == "Complete"
    assert course_cell(0, 0, complete=False).spoken == "This programme has no lessons online"
    half = practical_cell(PracticalOutcome(False, 7, 16, None, (), ("P08",)))
    assert (half.sign, half.spoken) == (Sign.STARTED, "7/16 stations met")
    whole = practical_cell(PracticalOutcome(True, 16, 16, None, (), ()))
    assert whole.is_complete
    assert practical_cell(PracticalOutcome(False, 0, 0, None, (), ())).spoken == "This programme has no practical"
    assert parts_cell([whole, half, half]).spoken == "1/3 parts complete"
    assert parts_cell([whole, whole]).is_complete
    assert parts_cell([half]).sign is Sign.NOTHING
