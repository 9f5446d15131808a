from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules.time_limit import last_day, last_overdue_start


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 11, 26), 24, date(2028, 11, 26)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_known_days(start: date, months: int, end: date) -> None:
    assert last_day(start, months) == end


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_months_are_counted_and_days_never_skip_into_the_next(start: date, months: int) -> None:
    end = last_day(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day <= start.day


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 120))
def test_the_last_overdue_start_is_overdue_and_the_next_day_is_not(today: date, months: int) -> None:
    start = last_overdue_start(today, months)
    assert last_day(start, months) < today
    assert last_day(start + timedelta(days=1), months) >= today
