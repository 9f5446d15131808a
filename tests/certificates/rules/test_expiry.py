from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules.expiry import Notice, notice_due

LAST = date(2031, 6, 30)


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2031, 4, 30), None),
        (date(2031, 5, 1), Notice.IN_60_DAYS),
        (date(2031, 5, 30), Notice.IN_60_DAYS),
        (date(2031, 5, 31), Notice.IN_30_DAYS),
        (date(2031, 6, 22), Notice.IN_30_DAYS),
        (date(2031, 6, 23), Notice.IN_7_DAYS),
        (date(2031, 6, 30), Notice.IN_7_DAYS),
        (date(2031, 7, 1), Notice.EXPIRED),
        (date(2031, 7, 30), Notice.EXPIRED),
        (date(2031, 7, 31), None),
    ],
)
def test_days_by_hand(today: date, due: Notice | None) -> None:
    assert notice_due(LAST, today) is due


@given(st.integers(-400, 400))
def test_day_by_day_each_notice_comes_in_its_order_and_none_twice(start: int) -> None:
    days = [LAST + timedelta(days=start + number) for number in range(500)]
    told = [due for due in (notice_due(LAST, day) for day in days) if due]
    changes = [notice for place, notice in enumerate(told) if place == 0 or told[place - 1] is not notice]
    assert changes == sorted(set(changes), key=list(Notice).index)
