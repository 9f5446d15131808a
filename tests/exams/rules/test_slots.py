"""Series of slots, what fits into one, and until when a booking can be given back."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.slots import Span, can_be_given_back, first_overlap, series, that_fit

LONDON = ZoneInfo("Europe/London")


def test_a_series_stays_on_the_clock_of_the_wall_when_clocks_change():
    spans = series(first=date(2026, 3, 22), starts=time(9), minutes=90, weeks=2, zone=LONDON)
    assert [span.starts.astimezone(UTC).hour for span in spans] == [9, 8]  # summer time began on 29 March
    assert [span.starts.time() for span in spans] == [time(9), time(9)]
    assert {span.ends - span.starts for span in spans} == {timedelta(minutes=90)}


def test_the_length_is_real_time_in_the_night_when_clocks_change():
    [span] = series(first=date(2026, 3, 29), starts=time(0, 30), minutes=60, weeks=1, zone=LONDON)
    assert span.ends.astimezone(UTC) - span.starts.astimezone(UTC) == timedelta(hours=1)
    assert span.ends.time() == time(2, 30)


def hours(first: int, last: int) -> Span:
    return Span(datetime(2026, 3, 2, first, tzinfo=UTC), datetime(2026, 3, 2, last, tzinfo=UTC))


def test_what_only_touches_does_not_overlap():
    assert first_overlap([hours(9, 10)], [hours(8, 9), hours(10, 11)]) is None
    assert first_overlap([hours(7, 8), hours(9, 11)], [hours(10, 12)]) == (hours(9, 11), hours(10, 12))


@pytest.mark.parametrize(
    ("room", "most", "expected"),
    [(60, None, ("A", "B", "D")), (60, 2, ("A", "B")), (9, None, ()), (30, None, ("A", "B")), (25, None, ("A", "D"))],
)
def test_the_first_stations_that_fit(room, most, expected):
    assert that_fit({"A": 10, "B": 20, "C": 50, "D": 15}, room, most) == expected


@given(st.dictionaries(st.text("ABCDEF", min_size=1, max_size=2), st.integers(1, 60)), st.integers(0, 200))
def test_what_fits_never_takes_longer_and_nothing_more_fits(minutes, room):
    chosen = that_fit(minutes, room, None)
    used = sum(minutes[code] for code in chosen)
    assert used <= room
    assert all(minutes[code] > room - used for code in minutes if code not in chosen)


def test_a_booking_can_be_given_back_until_a_day_before():
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert can_be_given_back(start, start - timedelta(hours=24))
    assert not can_be_given_back(start, start - timedelta(hours=24) + timedelta(seconds=1))
    assert not can_be_given_back(None, start)
