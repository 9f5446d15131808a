"""When an approval for a site holds."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.sites import Approval, approved_in_month, approved_on

MARCH = Approval(date(2026, 3, 10), date(2026, 4, 20))
ENDED = Approval(date(2026, 3, 10), date(2026, 4, 20), ended_on=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("approvals", "day", "holds"),
    [
        ([MARCH], date(2026, 3, 9), False),
        ([MARCH], date(2026, 3, 10), True),
        ([MARCH], date(2026, 4, 20), True),
        ([MARCH], date(2026, 4, 21), False),
        ([ENDED], date(2026, 3, 31), True),
        ([ENDED], date(2026, 4, 1), False),
        ([ENDED, MARCH], date(2026, 4, 1), True),
        ([], date(2026, 4, 1), False),
    ],
)
def test_on_a_day(approvals, day, holds):
    assert approved_on(approvals, day) is holds


@pytest.mark.parametrize(
    ("approval", "month", "holds"), [(MARCH, 2, False), (MARCH, 3, True), (MARCH, 4, True), (MARCH, 5, False)]
)
def test_in_a_month_one_day_is_enough(approval, month, holds):
    assert approved_in_month([approval], 2026, month) is holds


def test_one_that_ended_before_the_month_does_not_count():
    assert not approved_in_month([ENDED], 2026, 4)
    assert approved_in_month([ENDED], 2026, 3)


days = st.integers(0, 80).map(lambda number: date(2026, 1, 1) + timedelta(days=number))


@given(days, days, st.none() | days, st.integers(1, 3))
def test_a_month_is_its_days(since, until, ended, month):
    approval = Approval(since, until, ended)
    each = [date(2026, month, 1) + timedelta(days=number) for number in range(31)]
    each = [day for day in each if day.month == month]
    naive = any(since <= day <= until and (ended is None or day < ended) for day in each)
    assert approved_in_month([approval], 2026, month) == naive
