from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from exams.rules.assessors import DeviceFamily, Standing, Task, lacks, sufficient, what_is_lacking

GOOD = Standing(
    key="a",
    basis="physician",
    programme=1,
    stations=frozenset({"P01", "P02"}),
    families=frozenset({"figure_eight"}),
    valid_from=date(2026, 1, 1),
    valid_until=date(2027, 12, 31),
    trained_on=date(2025, 11, 3),
    calibrated_on=date(2026, 1, 1),
)
TASK = Task(1, ("P01",), DeviceFamily.FIGURE_EIGHT, date(2026, 6, 1))


def test_one_that_meets_everything_lacks_nothing() -> None:
    assert lacks(GOOD, TASK) == ()
    assert sufficient([GOOD], TASK) == (GOOD,)


@pytest.mark.parametrize(
    ("changes", "task", "code", "words"),
    [
        ({"withdrawn_on": date(2026, 5, 3)}, {}, "qualification_withdrawn", "withdrawn on 3 May 2026"),
        ({}, {"day": date(2025, 12, 31)}, "qualification_not_yet", "begins on 1 January 2026"),
        ({"valid_until": date(2026, 5, 31)}, {}, "qualification_ended", "ended on 31 May 2026"),
        ({}, {"programme": 2}, "other_programme", "another programme"),
        ({}, {"stations": ("P01", "P03", "P08")}, "station_not_in_scope", "does not cover P03, P08"),
        ({}, {"family": DeviceFamily.DEEP}, "device_not_in_scope", "Deep TMS with an H-coil"),
        ({"trained_on": None}, {}, "no_training", "no assessor training is recorded"),
        ({"trained_on": date(2026, 6, 2)}, {}, "no_training", "only on 2 June 2026"),
        ({"calibrated_on": date(2025, 5, 31)}, {}, "calibration_due", "due on 31 May 2026"),
    ],
)
def test_each_condition_has_its_code_and_words(
    changes: dict[str, Any], task: dict[str, Any], code: str, words: str
) -> None:
    found = lacks(replace(GOOD, **changes), replace(TASK, **task))
    assert [lack.code for lack in found] == [code]
    assert words in found[0].sentence


@pytest.mark.parametrize(
    ("day", "enough"), [(date(2026, 1, 1), True), (date(2027, 1, 1), True), (date(2027, 1, 2), False)]
)
def test_first_day_and_last_day_of_the_calibration_count(day: date, enough: bool) -> None:
    assert (lacks(GOOD, replace(TASK, day=day)) == ()) is enough


def test_the_last_day_counts() -> None:
    standing = replace(GOOD, valid_until=date(2026, 6, 1))
    assert lacks(standing, TASK) == ()
    assert [one.code for one in lacks(standing, replace(TASK, day=date(2026, 6, 2)))] == ["qualification_ended"]


def test_empty_scope_and_a_device_that_was_not_stated_leave_everything_open() -> None:
    wide = replace(GOOD, programme=None, stations=frozenset())
    assert lacks(wide, replace(TASK, programme=7, stations=("P16",), family=None)) == ()


def test_what_was_carried_over_needs_no_training_and_is_due_after_a_year() -> None:
    carried = replace(GOOD, trained_on=None, calibrated_on=None, carried_over=True)
    assert lacks(carried, TASK) == ()
    late = lacks(carried, replace(TASK, day=date(2027, 1, 2)))
    assert [lack.code for lack in late] == ["calibration_due"]


def test_halves_do_not_add_up_and_the_nearest_is_named() -> None:
    expired = replace(GOOD, key="old", valid_until=date(2026, 3, 1))
    elsewhere = replace(GOOD, key="new", stations=frozenset({"P09"}), families=frozenset({"deep"}))
    assert sufficient([expired, elsewhere], TASK) == ()
    assert [lack.code for lack in what_is_lacking([expired, elsewhere], TASK)] == ["qualification_ended"]


def test_nobody_without_any() -> None:
    assert [lack.code for lack in what_is_lacking([], TASK)] == ["not_qualified"]
