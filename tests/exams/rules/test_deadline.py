"""When time is up: exact decimals, pauses, the close of the window. Expectations are whole microseconds by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.attempt_policy import allowance, deadline, effective_close

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HUNDREDTHS = st.integers(100, 500)
EXTRAS = st.integers(0, 30_000)
MINUTES = st.integers(1, 600)
PAUSES = st.lists(st.integers(0, 3_600), max_size=4)


def by_hand(minutes: int, hundredths: int, extra: int, pauses: list[int]) -> timedelta:
    """The same in integers: 0.01 minutes are 600,000 microseconds."""
    return timedelta(microseconds=minutes * hundredths * 600_000 + extra * 600_000) + timedelta(seconds=sum(pauses))


@given(MINUTES, HUNDREDTHS, EXTRAS, PAUSES, st.integers(-600, 3_000), st.booleans())
def test_it_is_the_formula(minutes, hundredths, extra, pauses, close_after, moves):
    time = {
        "minutes": minutes,
        "multiplier": Decimal(hundredths) / 100,
        "extra_minutes": Decimal(extra) / 100,
        "pauses": timedelta(seconds=sum(pauses)),
    }
    close = NOON + timedelta(minutes=close_after)
    own = by_hand(minutes, hundredths, extra, pauses)
    moved = own - timedelta(minutes=minutes) if moves else timedelta()
    effective = effective_close(close, moves=moves, **time)
    assert effective == close + moved
    assert deadline(NOON, window_closes_at=effective, **time) == min(NOON + own, close + moved)
    assert deadline(NOON, **time) == NOON + own


@given(MINUTES, HUNDREDTHS, EXTRAS)
def test_nothing_is_rounded(minutes, hundredths, extra):
    exact = (Fraction(minutes) * Fraction(hundredths, 100) + Fraction(extra, 100)) * 60
    span = allowance(minutes=minutes, multiplier=Decimal(hundredths) / 100, extra_minutes=Decimal(extra) / 100)
    assert Fraction(span // timedelta(microseconds=1), 1_000_000) == exact


@pytest.mark.parametrize(
    ("moves", "expected"),
    [(False, "17:00:00"), (True, "17:35:00")],
)
def test_the_close_moves_where_the_policy_says_so(moves, expected):
    """60 minutes at 1.5 and a pause of 5: 35 minutes beyond the base time."""
    close = effective_close(
        NOON.replace(hour=17), moves=moves, minutes=60, multiplier=Decimal("1.5"), pauses=timedelta(minutes=5)
    )
    assert f"{close:%H:%M:%S}" == expected


def test_no_close_stays_none():
    assert effective_close(None, moves=True, minutes=60, multiplier=Decimal(2)) is None


def test_a_change_of_local_clocks_changes_nothing():
    """In Berlin the clocks go from 2:00 to 3:00 on 29 March 2026; two hours of exam stay two hours."""
    start = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
    assert deadline(start, minutes=120) - start == timedelta(hours=2)
    assert f"{deadline(start, minutes=120).astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" == "04:30"
